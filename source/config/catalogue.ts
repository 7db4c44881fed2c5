import * as z from 'zod';
import type { ConfigFormat } from './schema.ts';

/** A setting that the configuration file may hold. */
export interface KnownSetting {
	/** `theme`; `profiles.NAME.rules`; `profiles.NAME.nodes[0].url`. */
	readonly path: string;
	readonly what: string;
}

interface Described {
	readonly description?: string;
	readonly properties?: Readonly<Record<string, Described>>;
	readonly additionalProperties?: Described | boolean;
	readonly items?: Described;
}

/** Every described setting of the file, of a profile, and of a node, in the order of the schema. */
export function knownSettings({ schema }: ConfigFormat): readonly KnownSetting[] {
	const file = z.toJSONSchema(schema) as Described;
	const profiles = file.properties?.profiles?.additionalProperties;
	const profile = typeof profiles === 'object' ? profiles : {};
	return [
		...settingsOf(file, ''),
		...settingsOf(profile, 'profiles.NAME.'),
		...settingsOf(profile.properties?.nodes?.items ?? {}, 'profiles.NAME.nodes[0].'),
	];
}

function settingsOf({ properties = {} }: Described, before: string): KnownSetting[] {
	return Object.entries(properties).flatMap(([name, { description }]) =>
		description === undefined || name.startsWith('$')
			? []
			: [{ path: `${before}${name}`, what: description }],
	);
}
