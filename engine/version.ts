/** The versions that INFO, HELLO and the command line show. */

/** The version of this package, the one in deno.json. */
export const VERSION = "0.1.0";

/** The version of Redis whose commands, replies and directives this server has. */
export const REDIS_VERSION = "7.0.15";
