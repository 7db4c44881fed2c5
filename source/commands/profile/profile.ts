import { editConfigFile, readConfigFile } from '../../app/configuration.ts';
import { didYouMean } from '../../config/nearest.ts';
import { chooseNodes } from '../../config/nodes.ts';
import { findConfigPath } from '../../config/paths.ts';
import {
	activeProfile,
	countOf,
	removeProfile,
	saveProfile,
	activateProfile,
} from '../../config/profiles.ts';
import type { ConfigFile, Profile } from '../../config/schema.ts';
import { defaultProfile, profileOf, unknownProfile } from '../../config/settle.ts';
import { clean } from '../../domain/clean.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import type { ParsedFlags } from '../flags.ts';
import { settingsFlags } from '../settings-flags.ts';
import { warnOn } from '../warn.ts';

const help = `Usage
  nodetop profile list [--json]
  nodetop profile use NAME
  nodetop profile save NAME [NODE…] [--yes]
  nodetop profile remove NAME [--yes]     (or rm)

A profile is a named set of nodes with its own settings. \`save\` stores the given nodes, or else those of
the profile in use, as profile NAME. --yes lets \`save\` replace an existing profile, and \`rm\` remove one
that is in use or has nodes. --profile NAME and -c FILE work as for every command.

Examples
  nodetop profile save home http://127.0.0.1:8545 pi=tcp://10.0.0.7:9090
  nodetop profile use home
`;

const flagSpecs = {
	profile: settingsFlags.profile,
	config: settingsFlags.config,
	json: { type: 'boolean' },
	yes: { type: 'boolean', shortFlag: 'y' },
} as const;

interface Run {
	readonly context: CommandContext;
	readonly flags: ParsedFlags<typeof flagSpecs>['flags'];
	/** What follows the verb. */
	readonly names: readonly string[];
	readonly path: string;
	readonly warn: (message: string) => void;
}

const verbs: Readonly<Record<string, (run: Run) => Promise<string>>> = {
	list,
	use,
	save,
	remove,
	rm: remove,
};

/** `nodetop profile`. */
export const profile: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, flagSpecs);
		const [verb = '', ...names] = input;
		const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
		if (act === undefined) throw unknownVerb('profile', verb, Object.keys(verbs));
		const { path } = findConfigPath(flags.config, context);
		const warn = warnOn(context);
		context.stdout.write(`${await act({ context, flags, names, path, warn })}\n`);
		return exitCodes.ok;
	},
};

/** For a word after a command that it does not know. */
export function unknownVerb(command: string, verb: string, known: readonly string[]): UserError {
	return new UserError(
		verb === '' ? `${command} needs a subcommand` : `${command} has no "${clean(verb, 40)}"`,
		{
			nextSteps: [...didYouMean(verb, known, `nodetop ${command} `), `one of: ${known.join(', ')}`],
		},
	);
}

async function list({ context, flags, names, path, warn }: Run): Promise<string> {
	rejectExtra('list', names, 0);
	const config = (await readConfigFile(path, warn)) ?? {};
	const active = activeProfile(config, { flags, env: context.env });
	const saved = Object.keys(config.profiles ?? {});
	const all = saved.length === 0 ? [defaultProfile] : saved;
	const rows = all.map((name) => ({
		name,
		active: name === active,
		nodes: profileOf(config, name)?.nodes?.length ?? 0,
	}));
	if (flags.json === true) return JSON.stringify(rows, undefined, '\t');
	const width = Math.max(...all.map((name) => name.length));
	return rows
		.map((row) => {
			const mark = row.active ? '*' : ' ';
			const words = `${countOf(row.nodes, 'node')}${row.active ? ', in use' : ''}`;
			return `${mark} ${row.name.padEnd(width)}  ${words}`;
		})
		.join('\n');
}

async function use({ context, names, path, warn }: Run): Promise<string> {
	const name = rejectExtra('use', names, 1);
	await editConfigFile(path, (config) => activateProfile(config, name, path), {
		warn,
		now: context.clock.now,
	});
	const override = context.env['NODETOP_PROFILE'] ?? '';
	if (override !== '' && override !== name) {
		warn(
			`NODETOP_PROFILE is set, so the profile ${clean(override, 60)} stays in use in this shell`,
		);
	}
	return `the profile ${name} is in use`;
}

async function save({ context, flags, names, path, warn }: Run): Promise<string> {
	const [name, ...specs] = names;
	if (name === undefined) throw new UserError('profile save needs a name');
	let count = 0;
	await editConfigFile(
		path,
		(config) => {
			const active = activeProfile(config, { flags, env: context.env });
			const saved = toSave(config, active, specs, path);
			count = saved.nodes?.length ?? 0;
			return saveProfile(config, name, saved, flags.yes === true);
		},
		{ warn, now: context.clock.now },
	);
	return `saved the profile ${name} with ${countOf(count, 'node')}`;
}

/** The nodes named, in a profile without settings; else the whole profile in use. */
function toSave(
	config: ConfigFile,
	active: string,
	specs: readonly string[],
	path: string,
): Profile {
	const current = profileOf(config, active);
	if (specs.length > 0) {
		const chosen = chooseNodes(specs, { env: {}, config }, active);
		return { nodes: chosen.map(({ entry }) => entry) };
	}
	if (current !== undefined) return current;
	if (active !== defaultProfile) throw unknownProfile({ value: active }, config, path);
	throw new UserError('there are no nodes to save', {
		nextSteps: ['name them: nodetop profile save NAME URL…'],
	});
}

async function remove({ context, flags, names, path, warn }: Run): Promise<string> {
	const name = rejectExtra('remove', names, 1);
	let nextActive = '';
	await editConfigFile(
		path,
		(config) => {
			const activeName = activeProfile(config, { flags, env: context.env });
			const isSure = flags.yes === true;
			const rest = removeProfile(config, name, { configPath: path, activeName, isSure });
			nextActive = name === activeName ? (rest.profile ?? defaultProfile) : activeName;
			return rest;
		},
		{ warn, now: context.clock.now },
	);
	return `removed the profile ${name}; in use: ${nextActive}`;
}

/** The one name that a verb takes, or nothing for none. */
function rejectExtra(verb: string, names: readonly string[], wanted: 0 | 1): string {
	const [name = ''] = names;
	if (names.length === wanted) return name;
	throw new UserError(
		wanted === 0 ? `profile ${verb} takes no name` : `profile ${verb} takes one name`,
		{ nextSteps: ['`nodetop profile list` shows them'] },
	);
}
