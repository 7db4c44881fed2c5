/** One flag of a node's command line, as geth and most nodes read it. */
export interface NodeFlag {
	/** Without its dashes: `http.port`. */
	readonly name: string;
	/** Absent for a switch, and where the next word is another flag. */
	readonly value: string | undefined;
}

/**
 * The flags of a node's arguments: `--key=value`, `--key value`, and one dash like two, as Go reads them. Words
 * behind a `--` are no flags. A flag that `isSwitch` takes the next word only when that says true or false.
 * Only for looking: the arguments themselves are passed on as they are.
 */
export function readNodeFlags(
	args: readonly string[],
	isSwitch: (name: string) => boolean = () => false,
): readonly NodeFlag[] {
	const flags: NodeFlag[] = [];
	for (let index = 0; index < args.length; index += 1) {
		const word = args[index] ?? '';
		if (word === '--') break;
		if (!isFlag(word)) continue;
		const body = word.replace(/^--?/, '');
		const equals = body.indexOf('=');
		if (equals >= 0) {
			flags.push({ name: body.slice(0, equals), value: body.slice(equals + 1) });
			continue;
		}
		const next = args[index + 1];
		const takesNext = next !== undefined && !isFlag(next) && next !== '--' && !isSwitch(body);
		flags.push({ name: body, value: takesNext ? next : undefined });
		if (takesNext) index += 1;
	}
	return flags;
}

function isFlag(word: string): boolean {
	return /^--?[A-Za-z]/.test(word);
}

/** The last value of the first of these names that is given, which is what nodes take. */
export function valueOf(
	flags: readonly NodeFlag[],
	...names: readonly string[]
): string | undefined {
	for (const name of names) {
		const value = flags.findLast((flag) => flag.name === name)?.value;
		if (value !== undefined) return value;
	}
	return undefined;
}

/** Whether a switch is on: given, and not with a value that turns it off. */
export function isOn(flags: readonly NodeFlag[], name: string): boolean {
	const flag = flags.findLast((each) => each.name === name);
	return (
		flag !== undefined && !['false', '0', 'f', 'F', 'FALSE', 'False'].includes(flag.value ?? '')
	);
}
