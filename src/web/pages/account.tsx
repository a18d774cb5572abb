/** Log in, make an account, log out. */
import { useEffect, useState } from "react";
import { navigate } from "wouter/use-browser-location";
import { ClientError, type Receipt } from "../../client/client.ts";
import { useAccount, useToriokiClient } from "../../react/react.ts";
import { dayAndTime } from "../format.ts";
import { EntryForm } from "../parts/entry-form.tsx";
import { Live } from "../parts/live.tsx";
import { useSay } from "../parts/notice.tsx";
import { ReceiptLines } from "../parts/receipt-view.tsx";
import { StateView } from "../parts/state-view.tsx";
import { useSpeech, useWords } from "../words/language.tsx";

export function AccountPage() {
  const words = useWords();
  const { account, isOffered } = useAccount();
  return (
    <div className="narrow account">
      <title>{`${words.account} | ${words.brand}`}</title>
      {account ? <Account name={account.name} email={account.email} /> : null}
      {account === null && isOffered !== false && <Entry />}
      {account === null && isOffered === false && (
        <StateView>
          <h1 tabIndex={-1}>{words.noAccounts}</h1>
        </StateView>
      )}
    </div>
  );
}

function Entry() {
  const words = useWords();
  const [isNew, setNew] = useState(false);
  return (
    <>
      <h1 tabIndex={-1}>{isNew ? words.signUpTitle : words.signInTitle}</h1>
      <p>{words.signInIntro}</p>
      <EntryForm key={String(isNew)} isNew={isNew} />
      <p className="switch">
        {isNew ? words.haveAccount : words.noAccount}{" "}
        <button type="button" className="text-button" onClick={() => setNew(!isNew)}>
          {isNew ? words.signIn : words.signUp}
        </button>
      </p>
    </>
  );
}

function Account({ name, email }: { name: string; email: string }) {
  const words = useWords();
  const { signOut } = useAccount();
  const say = useSay();
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const leave = async () => {
    if (isBusy) return;
    setBusy(true);
    try {
      await signOut();
      say(words.signedOut);
      // Going back must not lead to a page of the one before.
      navigate("/", { replace: true });
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      setFault(error.detail);
      setBusy(false);
    }
  };
  return (
    <>
      <h1 tabIndex={-1}>{words.hello(name)}</h1>
      <p>{words.signedInAs(email)}</p>
      <p className="kept">{words.keptInAccount}</p>
      <h2>{words.recent}</h2>
      <Recent />
      <Live role="alert" className="refusal">
        {fault && <p>{fault}</p>}
      </Live>
      <button
        type="button"
        className="button is-quiet is-wide"
        aria-disabled={isBusy}
        onClick={() => void leave()}
      >
        {isBusy ? words.working : words.signOut}
      </button>
      <p className="hint">{words.signOutNote}</p>
    </>
  );
}

function Recent() {
  const { words, language } = useSpeech();
  const client = useToriokiClient();
  const [receipts, setReceipts] = useState<Receipt[]>();
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    const leaving = new AbortController();
    client.receipts({ signal: leaving.signal }).then(
      (list) => setReceipts(list.receipts.filter(({ items }) => items.length > 0)),
      (error) => error instanceof ClientError && setFault(error.detail),
    );
    return () => leaving.abort();
  }, [client]);
  if (fault) {
    return (
      <Live role="alert" className="refusal">
        <p>{fault}</p>
      </Live>
    );
  }
  if (!receipts) return <p className="hint">{words.loading}</p>;
  if (receipts.length === 0) return <p className="hint">{words.nothingRecent}</p>;
  return receipts.map((receipt) => (
    <section key={receipt.converted_at} className="past-receipt">
      <h3>{dayAndTime(new Date(receipt.converted_at), language)}</h3>
      <ReceiptLines receipt={receipt} />
    </section>
  ));
}
