/**
 * How COMMAND DOCS calls groups of arguments and bare tokens. A usage has no names for them, so they are called after their
 * parts or after themselves (`nx_xx`, `ch`); here is what Redis calls those that it gives a name of their own.
 */

/** Names of several in one command, in their order. */
type Names = string | readonly string[];

/** The same in all commands. */
const COMMON: Readonly<Record<string, string>> = {
  "$": "new_id",
  "*": "auto_id",
  "*_id": "id_or_auto",
  "=": "equal",
  "=_~": "operator",
  "~": "approximately",
  "asc_desc": "order",
  "async_sync": "async",
  "before_after": "where",
  "byscore_bylex": "sortby",
  "byte_bit": "index_unit",
  "ch": "change",
  "count_any": "count",
  "count_withscores": "options",
  "count_withvalues": "options",
  "end_byte_bit": "end_index",
  "force_takeover": "options",
  "gt_lt": "comparison",
  "host_port": "host-port",
  "host_port_no_one": "args",
  "id_$": "id",
  "incr": "increment",
  "limit": "offset_count",
  "maxlen_minid": "strategy",
  "member_longitude_latitude": "from",
  "min_max": "where",
  "module-name_category_pattern": "filterby",
  "no_one": "no-one",
  "nx_xx": "condition",
  "on_off": "enabled",
  "protover_auth_clientname": "arguments",
  "radius_options": "circle",
  "radius_options_width_height_options": "by",
  "start_end_byte_bit": "index",
  "sum_min_max": "aggregate",
  "to": "target",
  "width_height_options": "box",
  "write_all": "mode",
};

const GEO_SEARCH = { options: "unit" }, TRIM = { options: "trim" }, EXPIRY = { options: "expiration" };
const CONDITION = { options: "condition" }, SORTING = { alpha: "sorting" };

/** By command. */
const OWN: Readonly<Record<string, Readonly<Record<string, Names>>>> = {
  "bitfield": {
    get: "encoding_offset",
    get_wrap_sat_fail_set_incrby: "operation",
    incrby: "encoding_offset_increment",
    set: "encoding_offset_value",
    set_incrby: "write_operation",
    wrap_sat_fail_set_incrby: "write",
  },
  "bitfield_ro": { get: "encoding_offset" },
  "blmove": { left_right: ["wherefrom", "whereto"] },
  "blmpop": { left_right: "where" },
  "client|caching": { yes_no: "mode" },
  "client|kill": { "ip:port_options": "filter", options: ["new-format", "normal_master_slave_pubsub"] },
  "client|list": { options: "normal_master_replica_pubsub" },
  "client|tracking": { on_off: "status" },
  "cluster|setslot": { options: "subcommand" },
  "expire": CONDITION,
  "expireat": CONDITION,
  "geodist": GEO_SEARCH,
  "georadius": GEO_SEARCH,
  "georadius_ro": GEO_SEARCH,
  "georadiusbymember": GEO_SEARCH,
  "georadiusbymember_ro": GEO_SEARCH,
  "geosearch": GEO_SEARCH,
  "geosearchstore": GEO_SEARCH,
  "getex": EXPIRY,
  "hello": { auth: "username_password" },
  "lmove": { left_right: ["wherefrom", "whereto"] },
  "lmpop": { left_right: "where" },
  "module|loadex": { config: "configs" },
  "pexpire": CONDITION,
  "pexpireat": CONDITION,
  "set": EXPIRY,
  "sort": SORTING,
  "sort_ro": SORTING,
  "xadd": TRIM,
  "xpending": { options: "filters" },
  "xreadgroup": { group: "group_consumer" },
  "xtrim": TRIM,
};

/**
 * The names of one command's groups and tokens.
 *
 * @param command Its name.
 * @returns Answers the name of each, asked in their order with the name that follows from the usage.
 */
export function argumentNames(command: string): (derived: string) => string {
  const own = OWN[command] ?? {};
  const seen = new Map<string, number>();
  return (derived) => {
    const names = own[derived] ?? COMMON[derived] ?? derived;
    if (typeof names === "string") return names;
    const before = seen.get(derived) ?? 0;
    seen.set(derived, before + 1);
    return names[Math.min(before, names.length - 1)]!;
  };
}
