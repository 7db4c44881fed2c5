/**
 * Each entry makes the next version of the database from the one before; `user_version` counts them. An
 * entry that was released is never changed.
 */
export const migrations: readonly string[] = [
	`
	CREATE TABLE tracks (
		id INTEGER PRIMARY KEY, node TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (node, name)
	) STRICT;
	CREATE TABLE series (
		id INTEGER PRIMARY KEY, track INTEGER NOT NULL REFERENCES tracks (id), metric TEXT NOT NULL,
		UNIQUE (track, metric)
	) STRICT;
	CREATE TABLE rows (
		track INTEGER NOT NULL, at_ms INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (track, at_ms)
	) STRICT, WITHOUT ROWID;
	-- With a rowid: chunks of one to four kilobytes stay whole on their page.
	CREATE TABLE chunks (
		id INTEGER PRIMARY KEY, series INTEGER NOT NULL, level INTEGER NOT NULL,
		start_ms INTEGER NOT NULL, bytes BLOB NOT NULL, UNIQUE (series, level, start_ms)
	) STRICT;
	CREATE INDEX chunks_by_age ON chunks (level, start_ms);
	CREATE TABLE frames (
		id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, bytes BLOB NOT NULL
	) STRICT;
	CREATE TABLE segments (
		start_ms INTEGER PRIMARY KEY, end_ms INTEGER NOT NULL, times BLOB NOT NULL, bytes BLOB NOT NULL
	) STRICT;
	CREATE TABLE events (
		id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, node TEXT, "group" TEXT,
		data TEXT NOT NULL
	) STRICT;
	CREATE INDEX events_at ON events (at_ms);
	`,
];

export const schemaVersion = migrations.length;
