/** The form to log in or to make an account. A refusal is said at the field that it is about; the cart is left alone. */
import { type FormEvent, useState } from "react";
import { navigate } from "wouter/use-browser-location";
import { ClientError } from "../../client/client.ts";
import { useAccount } from "../../react/react.ts";
import type { Words } from "../words/en.ts";
import { useWords } from "../words/language.tsx";
import { Live } from "./live.tsx";

type Field = "name" | "email" | "password";
type Fault = { field?: Field; text: string };

/** better-auth's own limits. */
const SHORTEST = 8;
const LONGEST = 128;
/** The server's limit of a name, in characters. */
const LONGEST_NAME = 200;

export function EntryForm({ isNew }: { isNew: boolean }) {
  const words = useWords();
  const { signIn, signUp } = useAccount();
  const [faults, setFaults] = useState<Fault[]>([]);
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isBusy) return;
    const form = event.currentTarget;
    const data = new FormData(form);
    const read = (field: Field) => String(data.get(field) ?? "");
    const entry = { name: read("name").trim(), email: read("email").trim(), password: read("password") };
    const found = check(entry, isNew, words);
    setFaults(found);
    const [first] = found;
    if (first) return focus(form, first.field);
    setBusy(true);
    try {
      await (isNew ? signUp(entry) : signIn(entry));
      navigate("/cart");
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      const fault = faultOf(error, words);
      setFaults([fault]);
      setBusy(false);
      focus(form, fault.field);
    }
  };
  const general = faults.find(({ field }) => field === undefined);
  const faultAt = (field: Field) => faults.find((fault) => fault.field === field)?.text;
  return (
    <form className="form" noValidate onSubmit={(event) => void submit(event)}>
      {isNew && <FormField field="name" label={words.name} autoComplete="name" fault={faultAt("name")} />}
      <FormField
        field="email"
        type="email"
        label={words.email}
        autoComplete={isNew ? "email" : "username"}
        fault={faultAt("email")}
      />
      <FormField
        field="password"
        type="password"
        label={words.password}
        hint={isNew ? words.passwordHint : undefined}
        autoComplete={isNew ? "new-password" : "current-password"}
        fault={faultAt("password")}
      />
      <Live role="alert" className="refusal">
        {general && <p>{general.text}</p>}
      </Live>
      <button type="submit" className="button is-wide" aria-disabled={isBusy}>
        {isBusy ? words.working : isNew ? words.signUp : words.signIn}
      </button>
    </form>
  );
}

type FormFieldProps = {
  field: Field;
  label: string;
  type?: string;
  autoComplete: string;
  hint?: string | undefined;
  fault: string | undefined;
};

function FormField({ field, label, type = "text", autoComplete, hint, fault }: FormFieldProps) {
  const described = hint ? `${field}-hint ${field}-fault` : `${field}-fault`;
  return (
    <div className="field">
      <label htmlFor={field}>{label}</label>
      <input
        id={field}
        name={field}
        type={type}
        autoComplete={autoComplete}
        required
        aria-invalid={fault !== undefined}
        aria-describedby={described}
      />
      {hint && (
        <p id={`${field}-hint`} className="hint">
          {hint}
        </p>
      )}
      <Live role="alert" id={`${field}-fault`} className="field-fault">
        {fault}
      </Live>
    </div>
  );
}

function check(entry: Record<Field, string>, isNew: boolean, words: Words): Fault[] {
  const fields: Field[] = isNew ? ["name", "email", "password"] : ["email", "password"];
  const missing = fields.filter((field) => entry[field] === "");
  if (missing.length > 0) return missing.map((field) => ({ field, text: words.missing }));
  if (isNew && [...entry.name].length > LONGEST_NAME) return [{ field: "name", text: words.longName }];
  if (!/^\S+@\S+\.\S+$/.test(entry.email)) return [{ field: "email", text: words.badEmail }];
  if (isNew && entry.password.length < SHORTEST) return [{ field: "password", text: words.shortPassword }];
  if (entry.password.length > LONGEST) return [{ field: "password", text: words.longPassword }];
  return [];
}

/** better-auth's codes, and one of Torioki's; what has none of them says what the server says. */
function faultOf({ code, detail }: ClientError, words: Words): Fault {
  switch (code) {
    case "INVALID_EMAIL_OR_PASSWORD":
      return { field: "password", text: words.wrongPassword };
    case "USER_ALREADY_EXISTS":
    case "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL":
      return { field: "email", text: words.taken };
    case "INVALID_EMAIL":
      return { field: "email", text: words.badEmail };
    case "PASSWORD_TOO_SHORT":
      return { field: "password", text: words.shortPassword };
    case "PASSWORD_TOO_LONG":
      return { field: "password", text: words.longPassword };
    case "password_too_common":
      return { field: "password", text: words.commonPassword };
    default:
      return { text: detail };
  }
}

function focus(form: HTMLFormElement, field: Field | undefined): void {
  if (field) form.querySelector<HTMLElement>(`#${field}`)?.focus();
}
