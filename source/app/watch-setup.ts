import { stat } from 'node:fs/promises';
import { loadSettings } from './configuration.ts';
import type { LoadOptions } from '../config/load.ts';
import { findConfigPath } from '../config/paths.ts';
import type { Settings } from '../config/settings.ts';
import { exitCodes, UserError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import type { Target } from '../domain/target.ts';
import type { AlertSettings } from './alerting-options.ts';
import { loadAlertSettings, loadRulesAndQuiet } from './alert-settings.ts';
import { chooseSubject } from './choose-targets.ts';
import type { Subject } from './choose-targets.ts';
import type { Surroundings } from './surroundings.ts';

/** The settings of a headless watch. */
export interface WatchSetup {
	readonly settings: Settings;
	readonly subject: Subject;
	readonly alerts: AlertSettings;
}

/** Reads the configuration with all its secrets. Throws `UserError` that names what is wrong. */
export async function loadSetup(
	options: LoadOptions,
	surroundings: Pick<Surroundings, 'signal' | 'clock'>,
): Promise<WatchSetup> {
	const settings = await loadSettings(options);
	const alerts = await loadAlertSettings(options);
	return { settings, subject: await chooseSubject(settings, surroundings), alerts };
}

type FileOptions = Omit<LoadOptions, 'nodeSpecs'>;

/** Differs whenever the configuration file was changed, replaced or taken away. */
export async function configMark(options: FileOptions): Promise<string> {
	const { path } = findConfigPath(options.flags.config, options);
	return stat(path).then(
		({ ino, mtimeMs, size }) => `${ino} ${mtimeMs} ${size}`,
		// Reading the file reports any other problem.
		() => 'none',
	);
}

/**
 * The same once more. A file that was there and is gone is more likely being replaced than meant to
 * say that there are no nodes: it throws `UserError`. What is equal is the very object that it was.
 */
export async function reloadSetup(
	previous: WatchSetup,
	options: LoadOptions,
	surroundings: Pick<Surroundings, 'signal' | 'clock'>,
): Promise<WatchSetup> {
	await requireFile(options);
	const next = await loadSetup(options, surroundings);
	return { ...next, alerts: keepEqual(previous.alerts, next.alerts) };
}

/** The same for the alerts alone. */
export async function reloadAlertSettings(
	previous: AlertSettings,
	options: FileOptions,
): Promise<AlertSettings> {
	await requireFile(options);
	return keepEqual(previous, await loadAlertSettings(options));
}

/** The same without channels, for who has not their secrets. */
export async function reloadRulesAndQuiet(
	previous: AlertSettings,
	options: FileOptions,
): Promise<AlertSettings> {
	await requireFile(options);
	return keepEqual(previous, { ...previous, ...(await loadRulesAndQuiet(options)) });
}

/** The flags by which a command finds the nodes of the profile, for any user and in any directory. */
export function commandFlagsOf(
	profile: string,
	{ flags, env }: Pick<FileOptions, 'flags' | 'env'>,
): readonly string[] {
	const { path, namedBy } = findConfigPath(flags.config, { env });
	return [
		...(namedBy === 'default' ? [] : ['--config', path]),
		...(flags.profile === undefined && profile === 'default' ? [] : ['--profile', profile]),
	];
}

/** Why the configuration before stays in force, in one line. */
export function whyNotTaken(error: UserError): string {
	const what = error.message.replaceAll(/\s*\n\s*/g, ' ');
	return `the configuration is not taken: ${what}; the one before stays in force`;
}

async function requireFile(options: FileOptions): Promise<void> {
	const { path } = findConfigPath(options.flags.config, options);
	await stat(path).catch((error: unknown) => {
		throw new UserError(`${path} cannot be read`, { exitCode: exitCodes.config, cause: error });
	});
}

function keepEqual(previous: AlertSettings, next: AlertSettings): AlertSettings {
	const keep = <Value>(before: Value, after: Value): Value =>
		isEqual(before, after) ? before : after;
	return {
		rules: isEqual([...previous.rules], [...next.rules]) ? previous.rules : next.rules,
		quiet: keep(previous.quiet, next.quiet),
		channels: keep(previous.channels, next.channels),
		heartbeat: keep(previous.heartbeat, next.heartbeat),
	};
}

export interface TargetChanges {
	readonly added: readonly Target[];
	/** Names. */
	readonly removed: readonly string[];
	readonly changed: readonly Target[];
}

/** What becomes of the watched nodes. */
export function compareTargets(before: readonly Target[], after: readonly Target[]): TargetChanges {
	const old = new Map(before.map((target) => [target.name, target]));
	const names = new Set(after.map(({ name }) => name));
	return {
		added: after.filter(({ name }) => !old.has(name)),
		removed: before.flatMap(({ name }) => (names.has(name) ? [] : [name])),
		changed: after.filter((target) => {
			const known = old.get(target.name);
			return known !== undefined && !isEqual(known, target);
		}),
	};
}

function isEqual(a: unknown, b: unknown): boolean {
	return a === b || revealed(a) === revealed(b);
}

/** Holds secrets: it is compared and forgotten. */
function revealed(value: unknown): string {
	return JSON.stringify(value, function reveal(this: Record<string, unknown>, key, shown: unknown) {
		const raw = this[key];
		return raw instanceof Secret ? raw.reveal() : shown;
	});
}
