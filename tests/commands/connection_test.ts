/** HELLO, AUTH, SELECT, PING, ECHO, QUIT, RESET. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Config, toByteString } from "../../engine/config.ts";
import { REDIS_VERSION, VERSION } from "../../engine/version.ts";
import { newCaller } from "../_call.ts";

const WRONG_PASSWORD = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
const NOT_AUTHENTICATED = "-NOAUTH Authentication required.\r\n";

/** A caller on a server with a password, as a new connection to it stands. */
function newLockedCaller(password: string) {
  const config = new Config();
  const caller = newCaller({ config });
  config.set([["requirepass", toByteString(password)]], "runtime");
  assertEquals(caller.raw("RESET"), "+RESET\r\n");
  return caller;
}

function words(reply: string): string[] {
  return reply.split("\r\n").filter((line) => !/^[*%$]/.test(line) && line !== "");
}

Deno.test("the version of the package is the one in deno.json", () => {
  const { version } = JSON.parse(Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)));
  assertEquals(VERSION, version);
});

Deno.test("HELLO tells what Redis tells, then the version of miniredis", () => {
  const { raw } = newCaller();
  const fields = ["server", "redis", "version", REDIS_VERSION, "proto", ":2", "id", ":1", "mode", "standalone"];
  const expected = [...fields, "role", "master", "modules", "miniredis", VERSION];
  assert(raw("HELLO").startsWith("*16\r\n"));
  assertEquals(words(raw("HELLO")), expected);
  assert(raw("HELLO", "3").startsWith("%8\r\n"));
  assertEquals(words(raw("HELLO")), expected.map((word) => word === ":2" ? ":3" : word));
  assert(raw("HELLO", "2").startsWith("*16\r\n"));
});

Deno.test("HELLO refuses a protocol it does not speak and keeps the one it has", () => {
  const { raw, client } = newCaller({ protocol: 3 });
  for (const version of ["1", "4", "-3"]) {
    assertEquals(raw("HELLO", version), "-NOPROTO unsupported protocol version\r\n");
  }
  for (const version of ["x", "", "3.0", "99999999999999999999"]) {
    assertEquals(raw("HELLO", version), "-ERR Protocol version is not an integer or out of range\r\n");
  }
  assertEquals(client.out.protocol, 3);
});

Deno.test("HELLO SETNAME names the connection, and options that fail leave the protocol alone", () => {
  const { raw, client } = newCaller();
  assert(raw("HELLO", "3", "SETNAME", "a").startsWith("%"));
  assertEquals(client.name, "a");
  assertEquals(
    raw("HELLO", "2", "SETNAME", "b c"),
    "-ERR Client names cannot contain spaces, newlines or special characters.\r\n",
  );
  assertEquals(raw("HELLO", "2", "SETNAME"), "-ERR Syntax error in HELLO option 'SETNAME'\r\n");
  assertEquals(raw("HELLO", "2", "AUTH", "default"), "-ERR Syntax error in HELLO option 'AUTH'\r\n");
  assertEquals(raw("HELLO", "2", "no"), "-ERR Syntax error in HELLO option 'no'\r\n");
  assertEquals(client.name, "a");
  assertEquals(client.out.protocol, 3);
});

Deno.test("without its password a connection may run AUTH, HELLO, QUIT and RESET only", () => {
  const { raw } = newLockedCaller("secret");
  assertEquals(raw("PING"), NOT_AUTHENTICATED);
  assertEquals(raw("CLIENT", "ID"), NOT_AUTHENTICATED);
  assertEquals(raw("NOSUCH"), "-ERR unknown command 'NOSUCH', with args beginning with: \r\n");
  assertEquals(raw("GET"), "-ERR wrong number of arguments for 'get' command\r\n");
  assertMatch(raw("HELLO"), /^-NOAUTH HELLO must be called with the client already authenticated, otherwise /);
  assertEquals(raw("RESET"), "+RESET\r\n");
  assertEquals(raw("QUIT"), "+OK\r\n");
});

Deno.test("AUTH takes the password, alone or after the user's name", () => {
  const { raw } = newLockedCaller("sécret");
  for (const wrong of [["x"], ["sécre"], ["sécrets"], [""], ["default", "x"], ["other", "sécret"], ["", "sécret"]]) {
    assertEquals(raw("AUTH", ...wrong), WRONG_PASSWORD, wrong.join(" "));
    assertEquals(raw("PING"), NOT_AUTHENTICATED);
  }
  assertEquals(raw("AUTH", "a", "b", "c"), "-ERR syntax error\r\n");
  assertEquals(raw("AUTH", "sécret"), "+OK\r\n");
  assertEquals(raw("PING"), "+PONG\r\n");
  assertEquals(raw("AUTH", "x"), WRONG_PASSWORD);
  assertEquals(raw("PING"), "+PONG\r\n", "a failed AUTH takes nothing away");
  assertEquals(raw("RESET"), "+RESET\r\n");
  assertEquals(raw("PING"), NOT_AUTHENTICATED);
  assertEquals(raw("AUTH", "default", "sécret"), "+OK\r\n");
  assertEquals(raw("PING"), "+PONG\r\n");
});

Deno.test("AUTH without a password set takes any for the default user, and complains of one alone", () => {
  const { raw } = newCaller();
  assertMatch(raw("AUTH", "x"), /^-ERR AUTH <password> called without any password configured for the default user\. /);
  assertEquals(raw("AUTH", "default", "x"), "+OK\r\n");
  assertEquals(raw("AUTH", "other", "x"), WRONG_PASSWORD);
});

Deno.test("HELLO AUTH opens the connection and switches the protocol in one go", () => {
  const { raw, client } = newLockedCaller("secret");
  assertEquals(raw("HELLO", "3", "AUTH", "default", "x"), WRONG_PASSWORD);
  assertEquals(client.out.protocol, 2);
  assert(raw("HELLO", "3", "AUTH", "default", "secret", "SETNAME", "me").startsWith("%8\r\n"));
  assertEquals(raw("CLIENT", "GETNAME"), "$2\r\nme\r\n");
});

Deno.test("a password taken away is no longer asked for; one that is set asks new connections only", () => {
  const { raw, engine } = newLockedCaller("secret");
  assertEquals(raw("PING"), NOT_AUTHENTICATED);
  engine.config.set([["requirepass", ""]], "runtime");
  assertEquals(raw("PING"), "+PONG\r\n");
  assertEquals(raw("RESET"), "+RESET\r\n");
  engine.config.set([["requirepass", "other"]], "runtime");
  assertEquals(raw("PING"), "+PONG\r\n");
});

Deno.test("SELECT changes the database of this connection, and refuses what is none", () => {
  const { raw } = newCaller();
  raw("SET", "k", "0");
  assertEquals(raw("SELECT", "15"), "+OK\r\n");
  assertEquals(raw("GET", "k"), "$-1\r\n");
  for (const index of ["16", "-1", "2147483647"]) {
    assertEquals(raw("SELECT", index), "-ERR DB index is out of range\r\n");
  }
  assertEquals(
    raw("SELECT", "2147483648"),
    "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n",
  );
  assertEquals(raw("SELECT", "one"), "-ERR value is not an integer or out of range\r\n");
  assertEquals(raw("SELECT", "0"), "+OK\r\n");
  assertEquals(raw("GET", "k"), "$1\r\n0\r\n");
});

Deno.test("PING and ECHO answer their argument byte for byte", () => {
  const { raw } = newCaller();
  const bytes = Uint8Array.of(0, 0xff, 13, 10);
  assertEquals(raw("PING"), "+PONG\r\n");
  assertEquals(raw("PING", bytes), "$4\r\n\x00\xff\r\n\r\n");
  assertEquals(raw("ECHO", bytes), "$4\r\n\x00\xff\r\n\r\n");
  assertEquals(raw("PING", "a", "b"), "-ERR wrong number of arguments for 'ping' command\r\n");
});

Deno.test("QUIT closes the connection after its reply, whatever its arguments", () => {
  const { raw, client } = newCaller();
  assertEquals(raw("QUIT", "now"), "+OK\r\n");
  assert(client.isClosing && client.isHalted);
});

Deno.test("RESET puts back database, protocol, name and replies, but not what the library is called", () => {
  const { raw, client } = newCaller();
  raw("HELLO", "3", "SETNAME", "me");
  raw("SELECT", "3");
  raw("CLIENT", "SETINFO", "LIB-NAME", "lib");
  raw("CLIENT", "REPLY", "OFF");
  assertEquals(raw("RESET"), "+RESET\r\n");
  assertEquals([client.db, client.out.protocol, client.name], [0, 2, ""]);
  assertEquals(client.libraryName, "lib");
  assertEquals(raw("PING"), "+PONG\r\n");
});

Deno.test("a protected command is refused in Redis' words before the password is asked for", () => {
  const { raw } = newLockedCaller("secret");
  assertMatch(
    raw("DEBUG", "SLEEP", "0"),
    /^-ERR DEBUG command not allowed\. If the enable-debug-command option is set /,
  );
});

Deno.test("HTTP sent to the server ends the connection", () => {
  for (const line of ["POST / HTTP/1.1\r\n", "host: example.com\r\n"]) {
    const lines: string[] = [];
    const { wire, client } = newCaller({ log: { log: (level, text) => lines.push(`${level}: ${text}`) } });
    let closed = 0;
    Object.defineProperty(client, "connection", { value: { ...client.connection, close: () => closed++ } });
    wire(line);
    assertEquals(closed, 1);
    assertMatch(lines.join(), /^warning: HTTP instead of Redis commands from 127\.0\.0\.1:50000/);
  }
});
