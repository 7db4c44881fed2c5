/** What the supervisor runs for a node. */
export interface LaunchCommand {
	readonly file: string;
	readonly args: readonly string[];
}

/**
 * The gate: it waits for a line on descriptor 3, then becomes the node. If its input ends first, because the
 * supervisor was killed before it had written down which process this is, it ends. `exec` keeps the pid, and
 * `"$@"` passes every argument as it is.
 */
export const gate = 'read -r _ <&3 || exit 125; exec 3<&-; exec "$0" "$@"';
/** The same for an adopted environment without a shell’s own variables. */
const shell = '/bin/sh';

/** Pure. `program` is where the command was found. */
export function buildCommand(program: string, args: readonly string[]): LaunchCommand {
	return { file: shell, args: ['-c', gate, program, ...args] };
}

/** A command as a person may copy it into a shell. */
export function shownCommand(command: readonly string[]): string {
	return command.map(quoted).join(' ');
}

function quoted(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** What changed from one command to another, a line each: `- --cache 1024`, `+ --cache 2048`. */
export function commandDifference(
	before: readonly string[],
	after: readonly string[],
): readonly string[] {
	const old = grouped(before);
	const fresh = grouped(after);
	const counts = new Map<string, number>();
	for (const part of fresh) counts.set(part, (counts.get(part) ?? 0) + 1);
	const removed = old.filter((part) => !takeOne(counts, part));
	const left = new Map<string, number>();
	for (const part of old) left.set(part, (left.get(part) ?? 0) + 1);
	const added = fresh.filter((part) => !takeOne(left, part));
	const isReordered =
		removed.length === 0 && added.length === 0 && before.join('\0') !== after.join('\0');
	return [
		...removed.map((part) => `- ${part}`),
		...added.map((part) => `+ ${part}`),
		...(isReordered ? ['the order of the arguments'] : []),
	];
}

function takeOne(counts: Map<string, number>, part: string): boolean {
	const count = counts.get(part) ?? 0;
	if (count === 0) return false;
	counts.set(part, count - 1);
	return true;
}

/** A flag and the word behind it are one part. */
function grouped(command: readonly string[]): readonly string[] {
	const parts: string[] = [];
	for (const word of command) {
		const last = parts.at(-1);
		const isValue =
			last !== undefined && /^'?-/.test(last) && !last.includes(' ') && !last.includes('=');
		if (isValue && !word.startsWith('-')) parts[parts.length - 1] = `${last} ${quoted(word)}`;
		else parts.push(quoted(word));
	}
	return parts;
}
