/** Checks an answer against the OpenAPI document: is its status documented, its type, its shape, its problem code? */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

type Operation = {
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
};
type Document = { paths: Record<string, Record<string, Operation>> };

/** A body as its schema describes it: JSON, or the text itself where it is something else. */
function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export class OpenApiCheck {
  readonly #document: Document;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(document: object) {
    this.#document = document as Document;
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(document, "document");
  }

  /** @throws Error that says where the answer and the document disagree */
  check(method: string, pathname: string, response: Response, text: string): void {
    const found = this.#find(pathname);
    const operation =
      found && this.#document.paths[found]?.[method === "HEAD" ? "get" : method.toLowerCase()];
    const where = `${method} ${pathname} -> ${response.status}`;
    if (!found || !operation) {
      if (response.status >= 400) this.#checkProblem(where, response, text);
      if (response.status >= 500) throw new Error(`${where} is in no case an answer`);
      return;
    }
    const documented = operation.responses[response.status];
    if (!documented) throw new Error(`${where} is not in the OpenAPI document`);
    if (method === "HEAD") return;
    if (!documented.content) {
      if (text !== "") throw new Error(`${where} has a body, the OpenAPI document has none`);
      return;
    }
    const type = (response.headers.get("content-type") ?? "").split(";")[0] as string;
    if (!documented.content[type])
      throw new Error(`${where} is ${type}, the document has ${Object.keys(documented.content)}`);
    const step = (part: string) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
    const pointer = [
      "paths",
      found,
      method.toLowerCase(),
      "responses",
      `${response.status}`,
      "content",
      type,
      "schema",
    ];
    this.#validate(`document#/${pointer.map(step).join("/")}`, where, text);
    if (response.status >= 400 && !documented.description.includes(`\`${JSON.parse(text).code}\``)) {
      throw new Error(`${where}: code ${JSON.parse(text).code} is not documented`);
    }
  }

  #checkProblem(where: string, response: Response, text: string): void {
    if (text === "") return;
    if (response.headers.get("content-type") !== "application/problem+json")
      throw new Error(`${where} is no problem`);
    this.#validate("document#/components/schemas/Problem", where, text);
  }

  #validate(ref: string, where: string, text: string): void {
    const validate = this.#compiled.get(ref) ?? this.#ajv.compile({ $ref: ref });
    this.#compiled.set(ref, validate);
    if (!validate(bodyOf(text)))
      throw new Error(`${where}: ${this.#ajv.errorsText(validate.errors)} in ${text}`);
  }

  #find(pathname: string): string | undefined {
    const steps = pathname.split("/");
    const fits = (path: string) => {
      const parts = path.split("/");
      return (
        parts.length === steps.length &&
        parts.every((part, n) => part === steps[n] || (part.startsWith("{") && steps[n]))
      );
    };
    return Object.keys(this.#document.paths).sort().find(fits);
  }
}
