/** Commands that can do little here, and refuse or answer as the original does: MODULE, RESTORE-ASKING, CLUSTER without a cluster. */
import { compareTranscript } from "../_harness.ts";
import { assertEquals } from "@std/assert";
import { Config } from "../../engine/config.ts";
import { newCaller } from "../_call.ts";

compareTranscript("there are no modules, and MODULE may load none", [
  "MODULE LIST",
  "MODULE LIST x",
  "MODULE LOAD /nosuch.so",
  "MODULE LOADEX /nosuch.so CONFIG a b ARGS c d",
  "MODULE UNLOAD nosuch",
  "MODULE LOAD",
  "MODULE LOADEX",
  "MODULE UNLOAD",
  "MODULE UNLOAD a b",
  "MODULE NOSUCH",
  "MODULE",
]);

compareTranscript("RESTORE-ASKING is RESTORE", [
  ["RESTORE-ASKING", "k", "0", "\x00\x011\x0a\x00\xb3\x80\x8e\xba1\xb2C\xbb"],
  "RESTORE-ASKING k 0 x",
  "RESTORE-ASKING k -1 x",
  "RESTORE-ASKING k 0 x NOSUCH",
  "RESTORE-ASKING k",
  "SET k v",
  "RESTORE-ASKING k 0 x",
  "GET k",
]);

compareTranscript("the subcommands of CLUSTER are refused where there is no cluster", [
  "CLUSTER ADDSLOTS 1",
  "CLUSTER ADDSLOTSRANGE 1 2",
  "CLUSTER BUMPEPOCH",
  "CLUSTER COUNT-FAILURE-REPORTS x",
  "CLUSTER COUNTKEYSINSLOT 1",
  "CLUSTER DELSLOTS 1",
  "CLUSTER DELSLOTSRANGE 1 2",
  "CLUSTER FAILOVER",
  "CLUSTER FLUSHSLOTS",
  "CLUSTER FORGET x",
  "CLUSTER GETKEYSINSLOT 1 1",
  "CLUSTER LINKS",
  "CLUSTER MEET 127.0.0.1 1",
  "CLUSTER MYID",
  "CLUSTER NODES",
  "CLUSTER REPLICAS x",
  "CLUSTER REPLICATE x",
  "CLUSTER RESET",
  "CLUSTER SAVECONFIG",
  "CLUSTER SET-CONFIG-EPOCH 1",
  "CLUSTER SHARDS",
  "CLUSTER SLAVES x",
]);

Deno.test("MODULE loads nothing where it is allowed either, and says so in the log", () => {
  const lines: string[] = [];
  const config = new Config();
  config.set([["enable-module-command", "yes"]], "start");
  const { raw } = newCaller({ config, log: { log: (_, text) => lines.push(text) } });
  const failed = "-ERR Error loading the extension. Please check the server logs.\r\n";
  assertEquals(raw("MODULE", "LOAD", "/a.so", "x"), failed);
  assertEquals(raw("MODULE", "LOADEX", "/a.so", "CONFIG", "a", "b"), failed);
  assertEquals(lines, Array(2).fill("Module /a.so failed to load: modules cannot be loaded here"));
  assertEquals(raw("MODULE", "UNLOAD", "a"), "-ERR Error unloading module: no such module with that name\r\n");
  assertEquals(raw("MODULE", "LIST"), "*0\r\n");
});
