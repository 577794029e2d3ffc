/** Goes over the entries of a stream from one id to another, in either direction. */
import { Element } from "./element.ts";
import { nextElement, readElement } from "./listpack.ts";
import type { Stream } from "./stream.ts";
import { StreamId } from "./stream_id.ts";
import { NodeReader } from "./stream_node.ts";

/** A cursor, to be used again and again; the stream must not change while it is used. */
export class StreamCursor {
  /** A field of the entry and its value, see {@linkcode nextField}. */
  readonly field: Element = new Element();
  readonly value: Element = new Element();

  readonly #reader: NodeReader = new NodeReader();
  readonly #first: StreamId = new StreamId();
  readonly #last: StreamId = new StreamId();
  #stream: Stream | null = null;
  #isForward = true;
  #node = 0;
  /** Has the node been opened? */
  #isInNode = false;
  /** Where the next field is, where the next value or, unless fields are the master entry's, the next pair is. */
  #fieldAt = 0;
  #valueAt = 0;
  #fieldsLeft = 0;

  /** Sets the cursor before the first entry from `first` to `last`, which are included, or behind the last one. */
  set(stream: Stream, first: StreamId, last: StreamId, isForward: boolean): this {
    this.#stream = stream;
    this.#first.copyFrom(first);
    this.#last.copyFrom(last);
    this.#isForward = isForward;
    this.#isInNode = false;
    this.#node = isForward ? Math.max(stream.nodes.find(first), 0) : stream.nodes.find(last);
    return this;
  }

  /** The entry's id; good until the next entry. */
  get id(): StreamId {
    return this.#reader.id;
  }

  get fieldCount(): number {
    return this.#reader.fieldCount;
  }

  /** Moves to the next entry; false when there is none. */
  next(): boolean {
    const reader = this.#reader, { id } = reader;
    for (;;) {
      if (!this.#move()) return false;
      if (reader.isDeleted) continue;
      if (this.#isForward) {
        if (id.compare(this.#first) < 0) continue;
        if (id.compare(this.#last) > 0) return false;
      } else {
        if (id.compare(this.#last) > 0) continue;
        if (id.compare(this.#first) < 0) return false;
      }
      this.#fieldsLeft = reader.fieldCount;
      this.#valueAt = reader.dataAt;
      this.#fieldAt = reader.masterAt;
      return true;
    }
  }

  /** Moves to the next entry of any kind, in this node or the next one. */
  #move(): boolean {
    const reader = this.#reader, { nodes, arena } = this.#stream!;
    for (;;) {
      let hasMoved: boolean;
      if (this.#isInNode) {
        reader.renew(arena.bytes); // what is done with an entry may make the memory grow
        hasMoved = this.#isForward ? reader.next() : reader.previous();
      } else {
        const n = this.#node;
        if (n < 0 || n >= nodes.length) return false;
        reader.open(arena.bytes, nodes.address(n) * 8, nodes.readId(n, ID));
        this.#isInNode = true;
        hasMoved = this.#isForward ? reader.first() : reader.last();
      }
      if (hasMoved) return true;
      this.#isInNode = false;
      this.#node += this.#isForward ? 1 : -1;
    }
  }

  /** Reads the entry's next field and its value; false when there are no more. */
  nextField(): boolean {
    if (this.#fieldsLeft === 0) return false;
    this.#fieldsLeft--;
    const { bytes } = this.#stream!.arena;
    if (this.#reader.hasSameFields) {
      readElement(bytes, this.#fieldAt, this.field);
      this.#fieldAt = nextElement(bytes, this.#fieldAt);
    } else {
      readElement(bytes, this.#valueAt, this.field);
      this.#valueAt = nextElement(bytes, this.#valueAt);
    }
    readElement(bytes, this.#valueAt, this.value);
    this.#valueAt = nextElement(bytes, this.#valueAt);
    return true;
  }
}

// Scratch space.
const ID = new StreamId();
