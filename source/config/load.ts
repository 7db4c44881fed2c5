import { exitCodes, UserError } from '../domain/errors.ts';
import { readConfigFile } from './file.ts';
import type { Warn } from './file-errors.ts';
import { chooseNodes, toTarget } from './nodes.ts';
import type { ChosenNode } from './nodes.ts';
import { findConfigPath } from './paths.ts';
import type { ConfigPath, Surroundings } from './paths.ts';
import type { ConfigFile, ConfigFormat } from './schema.ts';
import { historySettings } from './history.ts';
import { probeSettings } from './probes.ts';
import { mappingsOf, profileOf, settle } from './settle.ts';
import type { Choices } from './settle.ts';
import type { Settings, SettingsFlags } from './settings.ts';
import { readTheme } from './theme-file.ts';
import { witnessUrls } from './witnesses.ts';

export interface LoadOptions extends Surroundings {
	readonly flags: SettingsFlags;
	/** Nodes named on the command line: addresses, or names of configured nodes. */
	readonly nodeSpecs: readonly string[];
	/** Prints a warning, one line; standard error when absent. */
	readonly warn?: Warn | undefined;
}

/** The layers joined, before secrets are read. */
export interface Gathered {
	readonly file: ConfigPath;
	/** Absent when there is no such file. */
	readonly config: ConfigFile | undefined;
	readonly choices: Choices;
	readonly nodes: readonly ChosenNode[];
}

/**
 * Settles the settings of a run from flags, environment, profile, file and defaults, frozen. Reads the
 * configuration file and the token files of the nodes to watch; writes nothing. Throws `UserError`
 * naming the flag, variable or key that is wrong, without any secret.
 */
export async function loadSettings(format: ConfigFormat, options: LoadOptions): Promise<Settings> {
	const { flags, env, homeDir, warn = warnOnStderr } = options;
	const { file, config, choices, nodes } = await gather(format, options);
	const mappings = mappingsOf(config ?? {}, choices.profile.value);
	const {
		witnesses = [],
		probes,
		history,
		rules,
		mine,
	} = profileOf(config ?? {}, choices.profile.value) ?? {};
	const sources = {
		env,
		homeDir,
		warn,
		configPath: file.path,
		insecure: flags.insecure,
		mappings,
		mine,
	};
	const targets = await Promise.all(nodes.map((node) => toTarget(node, choices, sources)));
	const userTheme = await readTheme(choices.theme, file.path);
	return Object.freeze({
		profile: choices.profile.value,
		targets: Object.freeze(targets),
		witnesses: Object.freeze(witnessUrls(witnesses)),
		probes: probeSettings(probes, choices.readOnly.value),
		history: historySettings(history, flags.history),
		...(mappings && { mappings }),
		...(mine && { mine: Object.freeze([...mine]) }),
		...(rules && {
			rules: { rules, where: `${file.path}: profiles.${choices.profile.value}.rules` },
		}),
		intervalMs: choices.intervalMs.value,
		timeoutMs: choices.timeoutMs.value,
		healthIntervalMs: choices.healthIntervalMs.value,
		framesPerSecond: choices.framesPerSecond.value,
		theme: choices.theme.value,
		...(userTheme && { userTheme }),
		color: choices.color.value,
		ascii: choices.ascii.value,
		readOnly: choices.readOnly.value,
	});
}

/** Reads the file and joins the layers; reads no secret. */
export async function gather(format: ConfigFormat, options: LoadOptions): Promise<Gathered> {
	const { flags, nodeSpecs, env, warn = warnOnStderr } = options;
	const file = findConfigPath(flags.config, options);
	const config = await readConfigFile(format, file.path, warn);
	if (config === undefined && file.namedBy === '--config') {
		throw new UserError(`--config: there is no file ${file.path}`, {
			nextSteps: ['check the path; nodetop add URL --config FILE writes a new one'],
			exitCode: exitCodes.config,
		});
	}
	const layers = { flags, env, config: config ?? {}, configPath: file.path };
	const choices = settle(layers);
	return { file, config, choices, nodes: chooseNodes(nodeSpecs, layers, choices.profile.value) };
}

export function warnOnStderr(message: string): void {
	process.stderr.write(`nodetop: ${message}\n`);
}
