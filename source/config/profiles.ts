import { clean } from '../domain/clean.ts';
import { UserError } from '../domain/errors.ts';
import { didYouMean } from './nearest.ts';
import type { ConfigFile, NodeEntry, Profile } from './schema.ts';
import { defaultProfile, profileOf, unknownProfile } from './settle.ts';
import type { SettingsFlags } from './settings.ts';

/** Pure changes of a configuration, for `editConfigFile`. Each throws `UserError` and changes nothing. */

/** The profile in use by flag, environment and file; it need not exist yet. */
export function activeProfile(
	config: ConfigFile,
	{ flags, env }: { readonly flags: SettingsFlags; readonly env: NodeJS.ProcessEnv },
): string {
	const fromEnvironment = env['NODETOP_PROFILE'] ?? '';
	return (
		flags.profile ??
		(fromEnvironment === '' ? undefined : fromEnvironment) ??
		config.profile ??
		defaultProfile
	);
}

/** Adds a node at the end of a profile, which is made when there is none of that name. */
export function addNode(config: ConfigFile, profileName: string, entry: NodeEntry): ConfigFile {
	const profile = profileOf(config, profileName) ?? {};
	const nodes = profile.nodes ?? [];
	if (nodes.some(({ name }) => name === entry.name)) {
		throw new UserError(`the profile "${profileName}" already has a node "${entry.name}"`, {
			nextSteps: [
				'give this one another name: nodetop add NAME=URL',
				`or remove that one first: nodetop remove ${entry.name}`,
			],
		});
	}
	return withProfile(config, profileName, { ...profile, nodes: [...nodes, entry] });
}

/** Takes a node out of a profile; the profile stays, even without nodes. */
export function removeNode(
	config: ConfigFile,
	profileName: string,
	name: string,
	configPath: string,
): ConfigFile {
	const profile = profileOf(config, profileName);
	if (profile === undefined && profileName !== defaultProfile) {
		throw unknownProfile({ value: profileName }, config, configPath);
	}
	const { nodes = [] } = profile ?? {};
	const rest = nodes.filter((node) => node.name !== name);
	if (rest.length < nodes.length) {
		return withProfile(config, profileName, { ...profile, nodes: rest });
	}
	const names = nodes.map((node) => node.name);
	throw new UserError(`the profile "${profileName}" has no node "${clean(name, 60)}"`, {
		nextSteps: [
			...didYouMean(name, names),
			names.length === 0 ? 'it has no nodes' : `its nodes: ${names.join(', ')}`,
		],
	});
}

/** Makes a profile the one in use. */
export function activateProfile(config: ConfigFile, name: string, configPath: string): ConfigFile {
	if (name !== defaultProfile && profileOf(config, name) === undefined) {
		throw unknownProfile({ value: name }, config, configPath);
	}
	if (config.profile !== undefined) return { ...config, profile: name };
	// A new key goes to the top, where a reader of the file looks for it.
	const { schemaVersion, ...rest } = config;
	return { ...(schemaVersion !== undefined && { schemaVersion }), profile: name, ...rest };
}

/** Puts a profile under a name; one that is there is replaced only when `isSure`. */
export function saveProfile(
	config: ConfigFile,
	name: string,
	profile: Profile,
	isSure: boolean,
): ConfigFile {
	if (profileOf(config, name) !== undefined && !isSure) {
		throw new UserError(`the profile "${name}" already exists`, {
			nextSteps: ['add --yes to replace it, or choose another name'],
		});
	}
	return withProfile(config, name, profile);
}

/** Removes a profile; the one in use, or one that has nodes, only when `isSure`. */
export function removeProfile(
	config: ConfigFile,
	name: string,
	{ configPath, activeName, isSure }: { configPath: string; activeName: string; isSure: boolean },
): ConfigFile {
	const profile = profileOf(config, name);
	if (profile === undefined) throw unknownProfile({ value: name }, config, configPath);
	const count = profile.nodes?.length ?? 0;
	const reasons = [
		...(name === activeName ? ['is in use'] : []),
		...(count > 0 ? [`has ${countOf(count, 'node')}`] : []),
	];
	if (reasons.length > 0 && !isSure) {
		throw new UserError(`the profile "${name}" ${reasons.join(' and ')}`, {
			nextSteps: ['add --yes to remove it anyway'],
		});
	}
	const { [name]: _removed, ...profiles } = config.profiles ?? {};
	const { profile: inUse, ...rest } = config;
	return { ...(inUse === name ? rest : config), profiles };
}

/** `1 node`, `3 nodes`. */
export function countOf(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function withProfile(config: ConfigFile, name: string, profile: Profile): ConfigFile {
	return { ...config, profiles: { ...config.profiles, [name]: profile } };
}
