/** The sections of the help. */
export const bindingGroups = [
	'Screens',
	'Nodes',
	'Alerts',
	'Tests',
	'Move',
	'Time',
	'General',
] as const;

export interface Binding {
	readonly command: string;
	/** Names of keys, as `keyName` gives them. The first is the one shown. */
	readonly keys: readonly string[];
	/** One or two words for the footer. */
	readonly label: string;
	/** A sentence for the help and the manual. */
	readonly help: string;
	readonly group: (typeof bindingGroups)[number];
	/** Position in the footer, lowest first. Without it, the key is only in the help. */
	readonly footer?: number;
	/** Screens whose footer shows the key; by default all on which it works. */
	readonly footerOn?: readonly string[];
	/** Screens on which the key works; by default all. */
	readonly onScreen?: readonly string[];
}
