import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadSettings } from '../../app/configuration.ts';
import { supervisionOf } from '../../app/supervision.ts';
import { clean } from '../../domain/clean.ts';
import { UserError } from '../../domain/errors.ts';
import type { Supervision } from '../../lifecycle/client.ts';
import { programName } from '../../lifecycle/flags/endpoint.ts';
import { knownNodes, placeOf } from '../../lifecycle/paths.ts';
import type { ProcessPlace } from '../../lifecycle/paths.ts';
import { findProgram, readEnvFile } from '../../lifecycle/program.ts';
import {
	refuseLostBytes,
	separateFlags,
	withoutSwitchValues,
} from '../../lifecycle/separate-flags.ts';
import { readSmall } from '../../lifecycle/small-file.ts';
import { specSchema } from '../../lifecycle/spec.ts';
import type { Spec } from '../../lifecycle/spec.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { defaultSettings, nodeFlags, settingsOf, valueFlags } from './flags.ts';
import type { NodeFlags } from './flags.ts';
import { checkName, chooseNode } from './node-names.ts';

/** What `start`, `run` and `restart` are to do. */
export interface NodeOrder {
	readonly supervision: Supervision;
	readonly place: ProcessPlace;
	readonly spec: Spec;
	/** What it was started with before. */
	readonly before: Spec | undefined;
	readonly printsSystemd: boolean;
}

/** Reads the command line of `start`, `run` and `restart`. Throws `UserError`; touches nothing. */
export async function readOrder(
	context: CommandContext,
	options: { readonly keepsProgram: boolean },
): Promise<NodeOrder> {
	const supervision = supervisionOf(context);
	const { own, command } = separateFlags(context.argv, (flag) => valueFlags.has(flag));
	const { flags } = await parseFlags(withoutSwitchValues(own, ['auto-restart']), {
		...nodeFlags,
		printSystemd: { type: 'boolean' },
	});
	refuseLostBytes(command);
	const known = knownNodes(supervision.root);
	// `start NAME` starts what is known by that name.
	const [word] = command;
	const isName =
		!context.argv.includes('--') &&
		command.length === 1 &&
		word !== undefined &&
		known.includes(word);
	const given = isName ? [] : command;
	const wanted = flags.name ?? (isName ? word : undefined);
	const name = nameOf(supervision.root, wanted, given);
	const place = placeOf(supervision.root, name, supervision.runtime);
	const before = readSmall(place.spec, specSchema);
	const full =
		options.keepsProgram && given[0]?.startsWith('-') && before
			? [before.command[0] ?? '', ...given]
			: given;
	const spec = await specOf({ flags, command: full, name, before, context });
	return { supervision, place, spec, before, printsSystemd: flags.printSystemd === true };
}

function nameOf(root: string, named: string | undefined, command: readonly string[]): string {
	const [program] = command;
	if (program === undefined || program.startsWith('-')) return chooseNode(root, named);
	const name = named ?? programName(program);
	checkName(name);
	return name;
}

async function specOf(given: {
	readonly flags: NodeFlags;
	readonly command: readonly string[];
	readonly name: string;
	readonly before: Spec | undefined;
	readonly context: CommandContext;
}): Promise<Spec> {
	const { flags, command, name, before, context } = given;
	const isNew = command.length > 0;
	// What was set before counts only for what was started before.
	const settings = settingsOf(flags, {
		...(before ?? defaultSettings),
		...(await fromConfiguration(flags, name, before, context)),
	});
	const cwd =
		flags.cwd === undefined
			? isNew
				? process.cwd()
				: (before?.cwd ?? process.cwd())
			: resolve(flags.cwd);
	if (!existsSync(cwd) || !statSync(cwd).isDirectory())
		throw new UserError(`--cwd: ${clean(cwd, 200)} is no directory`);
	const words = isNew ? [...command] : [...(before?.command ?? [])];
	// Here, and not only in the supervisor: the person is still at the terminal.
	findProgram(words[0] ?? '', cwd, context.env['PATH']);
	if (settings.envFile !== undefined) readEnvFile(resolve(settings.envFile));
	const { env, graceMs, policy, health, envFile } = settings;
	return {
		name,
		command: words,
		cwd,
		env,
		graceMs,
		policy,
		health,
		...(envFile !== undefined && { envFile: resolve(envFile) }),
	};
}

/** Address and least peers of the node of that name in the named configuration. */
async function fromConfiguration(
	flags: NodeFlags,
	name: string,
	before: Spec | undefined,
	{ env }: CommandContext,
): Promise<Partial<Pick<Spec, 'health'>>> {
	if (flags.config === undefined) return {};
	const { targets } = await loadSettings({ flags: { config: flags.config }, nodeSpecs: [], env });
	const target = targets.find((each) => each.name === name);
	if (!target) return {};
	const health = before?.health ?? defaultSettings.health;
	const { url, minPeers } = target;
	return {
		health: {
			...health,
			...(/^https?:/.test(url) && { rpcUrl: url }),
			...(minPeers !== undefined && { minPeers }),
		},
	};
}
