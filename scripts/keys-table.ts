import { keymap, showKey } from '../source/keys/keymap.ts';
import { bindingGroups } from '../source/keys/binding.ts';
import type { Binding } from '../source/keys/binding.ts';

/** The keys; of a command without a key its name, as it is typed. */
function namesOf(command: string, keys: readonly string[]): string {
	const names = keys.length === 0 ? [`:${command}`] : keys.map(showKey);
	return names.map((name) => `\`${name}\``).join(' ');
}

/** The readme's table of keys, as it follows from the key table. */
export function keysTable(): string {
	const bindings: readonly Binding[] = keymap;
	const rows = bindingGroups.flatMap((group) =>
		bindings
			.filter((binding) => binding.group === group)
			.map(({ command, keys, help }) => `| ${namesOf(command, keys)} | ${help} |`),
	);
	return ['| key | what it does |', '| --- | --- |', ...rows].join('\n');
}
