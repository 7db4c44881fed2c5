import stringWidth from 'string-width';
import {
	explainSettings,
	readConfigFile,
	maskConfig,
	configJsonSchema,
} from '../../app/configuration.ts';
import type { Explanation } from '../../config/explain.ts';
import { didYouMean } from '../../config/nearest.ts';
import { findConfigPath } from '../../config/paths.ts';
import { countOf } from '../../config/profiles.ts';
import type { ConfigFile } from '../../config/schema.ts';
import { settle } from '../../config/settle.ts';
import { stripControls } from '../../domain/clean.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import type { ParsedFlags } from '../flags.ts';
import { unknownVerb } from '../profile/profile.ts';
import { settingsFlags, settingsHelp } from '../settings-flags.ts';
import { warnOn } from '../warn.ts';

const help = `Usage
  nodetop config path               print the path of the configuration file
  nodetop config print              print its content, with secrets masked
  nodetop config validate [FILE]    check it for mistakes
  nodetop config schema             print its JSON Schema
  nodetop config explain [NODE…] [--json]
                                    print every value and its source

A flag overrides the environment, which overrides the profile, the file and the default. Variables:
NODETOP_CONFIG, NODETOP_PROFILE, NODETOP_NODES (separated by commas), NODETOP_INTERVAL,
NODETOP_TIMEOUT, NODETOP_FPS, NODETOP_THEME, NODETOP_COLOR, NODETOP_ASCII; NO_COLOR, FORCE_COLOR.

${settingsHelp}`;

const flagSpecs = { ...settingsFlags, json: { type: 'boolean' } } as const;

interface Run {
	readonly context: CommandContext;
	readonly flags: ParsedFlags<typeof flagSpecs>['flags'];
	/** What follows the verb. */
	readonly rest: readonly string[];
	readonly warn: (message: string) => void;
}

type Verbs = Readonly<Record<string, (run: Run) => string | Promise<string>>>;

const verbs: Verbs = {
	path: (run) => findPath(takesNothing('path', run)),
	print,
	schema: (run) => {
		takesNothing('schema', run);
		return JSON.stringify(configJsonSchema(), undefined, '\t');
	},
	explain,
};

/** What `config validate` needs of the adapters. */
export type KnownKinds = () => Promise<readonly string[]>;

/** `nodetop config`. */
export const config: Command = createConfig(
	async () => (await import('../../adapters/registry.ts')).kinds,
);

export function createConfig(knownKinds: KnownKinds): Command {
	const all: Verbs = { ...verbs, validate: (run) => validate(run, knownKinds) };
	return {
		help,
		async run(context) {
			const { flags, input } = await parseFlags(context.argv, flagSpecs);
			const [verb = '', ...rest] = input;
			const act = Object.hasOwn(all, verb) ? all[verb] : undefined;
			if (act === undefined) throw unknownVerb('config', verb, Object.keys(all));
			const warn = warnOn(context);
			context.stdout.write(`${await act({ context, flags, rest, warn })}\n`);
			return exitCodes.ok;
		},
	};
}

function takesNothing(verb: string, run: Run): Run {
	if (run.rest.length === 0) return run;
	throw new UserError(`config ${verb} takes no arguments`, {
		nextSteps: ['another file is named with --config FILE'],
	});
}

function findPath({ context, flags }: Run): string {
	return findConfigPath(flags.config, context).path;
}

async function print(run: Run): Promise<string> {
	const path = findPath(takesNothing('print', run));
	const file = await readConfigFile(path, run.warn);
	if (file === undefined) run.warn(`there is no file ${path}; the defaults apply`);
	return JSON.stringify(maskConfig(file ?? {}), undefined, '\t');
}

async function validate(run: Run, knownKinds: KnownKinds): Promise<string> {
	const { context, rest, flags, warn } = run;
	const [file, ...more] = rest;
	if (more.length > 0) throw new UserError('config validate takes one file');
	const path = file === undefined ? findPath(run) : findConfigPath(file, context).path;
	const content = await readConfigFile(path, warn);
	if (content === undefined && (file ?? flags.config) !== undefined) {
		throw new UserError(`there is no file ${path}`, {
			nextSteps: ['check the path'],
			exitCode: exitCodes.config,
		});
	}
	if (content === undefined) return `there is no file ${path}; the defaults apply`;
	settle({ flags: {}, env: {}, config: content, configPath: path });
	checkKinds(content, path, await knownKinds());
	await checkRules(content, path);
	const profiles = Object.values(content.profiles ?? {});
	const nodes = profiles.reduce((sum, profile) => sum + (profile.nodes?.length ?? 0), 0);
	return `${path} is right: ${countOf(profiles.length, 'profile')}, ${countOf(nodes, 'node')}`;
}

/** The schema does not know the kinds: configuration knows no adapter. */
function checkKinds(content: ConfigFile, path: string, kinds: readonly string[]): void {
	for (const [profileName, { nodes = [] }] of Object.entries(content.profiles ?? {})) {
		for (const [index, { kind }] of nodes.entries()) {
			if (kind === undefined || kinds.includes(kind)) continue;
			throw new UserError(
				`${path}: profiles.${profileName}.nodes[${index}].kind: "${kind}" is no kind of node`,
				{
					nextSteps: [...didYouMean(kind, kinds), `kinds: ${kinds.join(', ')}`],
					exitCode: exitCodes.config,
				},
			);
		}
	}
}

/** The schema knows one rule at a time: not whether it completes a built-in one, or what it mutes. */
async function checkRules({ profiles = {} }: ConfigFile, path: string): Promise<void> {
	const { joinRules } = await import('../../app/alert-settings.ts');
	for (const [profileName, { rules = {} }] of Object.entries(profiles)) {
		joinRules({ rules, where: `${path}: profiles.${profileName}.rules` });
	}
}

async function explain({ context, flags, rest, warn }: Run): Promise<string> {
	const rows = await explainSettings({ flags, nodeSpecs: rest, env: context.env, warn });
	return flags.json === true ? JSON.stringify(rows, undefined, '\t') : toTable(rows);
}

function toTable(rows: readonly Explanation[]): string {
	const header = ['KEY', 'VALUE', 'ORIGIN', 'WHERE'];
	const cells = [
		header,
		...rows.map(({ key, value, origin, where }) =>
			[key, String(value), origin, where].map((text) => stripControls(text)),
		),
	];
	const widths = header.map((_, column) =>
		Math.max(...cells.map((row) => stringWidth(row[column] ?? ''))),
	);
	const pad = (text: string, column: number): string =>
		text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - stringWidth(text)));
	return cells.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}
