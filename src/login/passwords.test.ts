import { readdirSync } from "node:fs";
import { getPriority } from "node:os";
import * as betterAuth from "better-auth/crypto";
import { expect, it } from "vitest";
import { isCommonPassword } from "./common-passwords.ts";
import { HashQueue } from "./hash-queue.ts";
import { Passwords } from "./passwords.ts";

const open = () => new Passwords(new HashQueue({ running: 1, waiting: 50 }));
const PASSWORD = "correct horse battery";
const FULL_WIDTH = "ｃｏｒｒｅｃｔ　horse バッテリー";

it("a sign-up has its hash before its work begins, which gets it at once", async () => {
  const { signUp, hooks } = bound();
  const hash = await signUp(PASSWORD, () => hooks.hash(PASSWORD));
  expect(hash).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/);
  expect(await hooks.verify({ hash, password: PASSWORD })).toBe(true);
  expect(await hooks.verify({ hash, password: `${PASSWORD}!` })).toBe(false);
});

it("sign-ups at once have each their own hash", async () => {
  const { signUp, hooks } = bound();
  const passwords = ["one two three", "four five six", "seven eight nine"];
  const hashes = await Promise.all(passwords.map((one) => signUp(one, () => hooks.hash(one))));
  for (const [n, password] of passwords.entries())
    expect(await hooks.verify({ hash: hashes[n] as string, password })).toBe(true);
});

it("nothing is hashed in a sign-up that was not checked", async () => {
  await expect(open().hooks.hash(PASSWORD)).rejects.toMatchObject({ code: "invalid_request" });
});

it("a hash that better-auth made before Torioki hashed by itself is still good", async () => {
  const hash = [
    "6cdae938dc43b2055f81fe11f033827a",
    "29587d113bcb5dae1ae598fe8c20b88501276a3a7c0369708f141a2ecf35bcca" +
      "c3a48467d6ae75506a39bba012fa9060c9253b4064f087e7b6fd58040b0d26a1",
  ].join(":");
  expect(await open().hooks.verify({ hash, password: PASSWORD })).toBe(true);
  expect(await open().hooks.verify({ hash, password: "correct horse" })).toBe(false);
});

it("our hashes are good to better-auth, and its hashes to us", async () => {
  const { signUp, hooks } = bound();
  const ours = await signUp(FULL_WIDTH, () => hooks.hash(FULL_WIDTH));
  expect(await betterAuth.verifyPassword({ hash: ours, password: FULL_WIDTH })).toBe(true);
  const theirs = await betterAuth.hashPassword(FULL_WIDTH);
  expect(await hooks.verify({ hash: theirs, password: FULL_WIDTH })).toBe(true);
});

it.skipIf(process.platform !== "linux")(
  "hashing has a lower priority than what answers requests",
  async () => {
    const { signUp, hooks } = bound();
    await signUp(PASSWORD, () => hooks.hash(PASSWORD));
    const threads = readdirSync("/proc/self/task").map((thread) => Number(thread));
    const lowered = threads.filter((thread) => getPriority(thread) > getPriority(process.pid));
    expect(lowered).toHaveLength(1);
  },
);

it.each([
  ["password", true],
  ["PassWord1", true],
  ["qwertyuiop", true],
  ["ｐａｓｓｗｏｒｄ１", true],
  ["iloveyou1", true],
  ["correct horse battery", false],
  ["one two three", false],
  ["constructor", false],
])("the password %j is common: %s", async (password, isCommon) => {
  expect(await isCommonPassword(password)).toBe(isCommon);
});

function bound() {
  const passwords = open();
  return { signUp: passwords.signUp.bind(passwords), hooks: passwords.hooks };
}
