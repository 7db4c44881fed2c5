/** Access rights of a directory, as the file system reports them. */
interface Rights {
	readonly mode: number;
	readonly gid: number;
}

const sticky = 0o1000;

/**
 * Whether users other than its owner may replace files in a directory. The group of this process alone,
 * which on many systems has one member, is no other; in a sticky directory nobody replaces another's files.
 */
export function isWritableByOthers(
	{ mode, gid }: Rights,
	ownGroup: number | undefined = process.getgid?.(),
): boolean {
	if ((mode & sticky) !== 0) return false;
	return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== ownGroup);
}

/** The permission bits, as `0700`. */
export function modeText({ mode }: Pick<Rights, 'mode'>): string {
	return (mode & 0o7777).toString(8).padStart(4, '0');
}
