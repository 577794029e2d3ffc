/** What has to be done before a server ends, so that nothing is lost that was to be kept. */
import type { Engine } from "../engine/context.ts";
import type { Log } from "../engine/log.ts";
import type { ShutdownFlags } from "../engine/saver.ts";

/** The flags that `shutdown-on-sigint` and its like name. */
export function shutdownFlags(words: readonly string[]): ShutdownFlags {
  return { save: words.includes("save"), nosave: words.includes("nosave"), force: words.includes("force") };
}

/**
 * Saves what is to be saved, which SHUTDOWN, signals and the end of an embedded server have in common.
 *
 * @returns Whether the server may end; where it may not, the log says why.
 */
export function prepareShutdown(
  { log, saver, config, appendOnly }: Engine,
  { save, nosave, force }: ShutdownFlags,
): boolean {
  log.log("warning", "User requested shutdown...");
  if (saver.isSaving) {
    log.log("warning", "There is a child saving an .rdb. Killing it!");
    saver.cancel();
  }
  if (appendOnly?.prepareEnd(force === true) === false) return isRefused(log);
  if (!save && (nosave || config.text("save") === "")) return true;
  log.log("notice", "Saving the final RDB snapshot before exiting.");
  if (saver.hasFiles && saver.saveNow()) return true;
  if (!saver.hasFiles) log.log("warning", "This server keeps no files: its configuration names no dir");
  if (force) {
    log.log("warning", "Error trying to save the DB. Exit anyway.");
    return true;
  }
  log.log("warning", "Error trying to save the DB, can't exit.");
  return isRefused(log);
}

function isRefused(log: Log): false {
  log.log("warning", "Errors trying to shut down the server. Check the logs for more information.");
  return false;
}
