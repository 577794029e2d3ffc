/** What the store itself refuses. Dispatch turns these into replies in Redis' words. */

/** The key holds a value of another type than the command works on. */
export class WrongTypeError extends TypeError {
  override readonly name = "WrongTypeError";
}

/** No memory for the value: the arena cannot grow any further. What was there before is untouched. */
export class StoreMemoryError extends RangeError {
  override readonly name = "StoreMemoryError";
}
