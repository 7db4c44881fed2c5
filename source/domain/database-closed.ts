const stores = /\b(?:leveldb|pebble|rocks ?db|mdbx|bolt|level|database|db)\b/i;
const closed = /\b(?:closed|not open)\b/i;

/**
 * Whether a node's error says that its database is closed: `leveldb: closed` and `pebble: closed` of geth,
 * `database not open` of bbolt, `Database is not open` of Level. It then answers what it has in memory.
 */
export function saysDatabaseClosed(message: string): boolean {
	return speaksOfStore(message) && closed.test(message);
}

/** Whether an error comes from a store. */
export function speaksOfStore(message: string): boolean {
	return stores.test(message);
}
