/** Reads a catalog file and reports every fault in it with its place. */
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { OperatorError } from "../errors.ts";
import { type CatalogFile, catalogFile } from "./contract.ts";

export type Fault = { line: number; column: number; path: string; message: string };

/**
 * @param content the file's content, JSON in UTF-8
 * @throws CatalogFaults with all faults, in the file's order
 */
export function readCatalog(content: string): CatalogFile {
  const text = content.replace(/^\ufeff/, ""); // editors on Windows write a byte order mark
  const syntaxErrors: ParseError[] = [];
  const root = parse(text, syntaxErrors);
  if (syntaxErrors.length > 0 || root === undefined) {
    const errors = syntaxErrors.length > 0 ? syntaxErrors : [{ error: 4, offset: 0 }];
    throw new CatalogFaults(
      errors.map(({ error, offset }) => ({
        ...placeOf(text, offset),
        path: "",
        message: printParseErrorCode(error),
      })),
    );
  }
  const faults = [...doubledKeys(text, root)];
  const parsed = catalogFile.safeParse(JSON.parse(text));
  const report = (path: PropertyKey[], message: string) => {
    faults.push({ ...placeOf(text, nodeAt(root, path).offset), path: show(path), message });
  };
  if (parsed.success) {
    for (const { path, message } of doubledEntries(parsed.data)) report(path, message);
  } else {
    for (const issue of parsed.error.issues) report(issue.path, issue.message);
  }
  if (faults.length > 0 || !parsed.success) throw new CatalogFaults(faults);
  return parsed.data;
}

/** All that is wrong with a catalog file. Nothing of it was loaded. */
export class CatalogFaults extends OperatorError {
  readonly faults: Fault[];

  constructor(faults: Fault[]) {
    const sorted = faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
    super(
      `nothing was loaded, ${sorted.length} ${sorted.length === 1 ? "fault" : "faults"} in the file: ${sorted
        .map(
          (fault) =>
            `line ${fault.line}, column ${fault.column}: ${[fault.path, fault.message].filter(Boolean).join(": ")}`,
        )
        .join("; ")}`,
    );
    this.faults = sorted;
  }
}

function parse(text: string, errors: ParseError[]): Node | undefined {
  try {
    return parseTree(text, errors, { disallowComments: true });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new CatalogFaults([{ line: 1, column: 1, path: "", message: "is nested too deeply" }]);
  }
}

type Finding = { path: PropertyKey[]; message: string };

/** Ids are unique in the file, store names too, menu names within their store. */
function* doubledEntries({ stores }: CatalogFile): Generator<Finding> {
  const storeIds = new Set<number>();
  const storeNames = new Set<string>();
  const menuIds = new Set<number>();
  for (const [s, store] of stores.entries()) {
    yield* once(storeIds, store.id, ["stores", s, "id"]);
    yield* once(storeNames, store.name, ["stores", s, "name"]);
    const menuNames = new Set<string>();
    for (const [m, menu] of store.menus.entries()) {
      yield* once(menuIds, menu.id, ["stores", s, "menus", m, "id"]);
      yield* once(menuNames, menu.name, ["stores", s, "menus", m, "name"]);
    }
  }
}

function* once<T>(seen: Set<T>, value: T | undefined, path: PropertyKey[]): Generator<Finding> {
  if (value === undefined) return;
  if (seen.has(value)) yield { path, message: `${JSON.stringify(value)} is there twice` };
  seen.add(value);
}

function* doubledKeys(text: string, node: Node): Generator<Fault> {
  const seen = new Set<string>();
  for (const child of node.children ?? []) {
    if (node.type === "object") {
      const key = child.children?.[0]?.value as string;
      if (seen.has(key)) yield { ...placeOf(text, child.offset), path: key, message: "is there twice" };
      seen.add(key);
    }
    yield* doubledKeys(text, child);
  }
}

/** The node at a path, or the nearest one above it (a missing field has no node). */
function nodeAt(root: Node, path: PropertyKey[]): Node {
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(root, path.slice(0, length) as (string | number)[]);
    if (node) return node;
  }
  return root;
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function show(path: PropertyKey[]): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "");
}
