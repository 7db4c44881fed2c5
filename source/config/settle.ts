import { asciiVariable } from '../domain/ascii.ts';
import { clean } from '../domain/clean.ts';
import { exitCodes, UserError } from '../domain/errors.ts';
import type { MetricMappings } from '../domain/metric-mapping.ts';
import { minHealthIntervalMs, parseDuration } from './duration.ts';
import { didYouMean } from './nearest.ts';
import { maxFramesPerSecond } from './schema.ts';
import type { ConfigFile, Profile } from './schema.ts';
import { colorModes } from './settings.ts';
import { isTheme, themeChoices } from './theme-file.ts';
import type { ColorMode, Origin, Settings, SettingsFlags } from './settings.ts';

/** A value with where it came from. */
export interface Choice<Value> {
	readonly value: Value;
	readonly origin: Origin;
	/** The flag, the variable, or the key with its file. */
	readonly where: string;
}

type Chosen = Omit<
	Settings,
	'targets' | 'witnesses' | 'probes' | 'history' | 'mappings' | 'mine' | 'rules' | 'userTheme'
>;
/** Every setting, each with its origin. */
export type Choices = { readonly [Key in keyof Chosen]: Choice<Chosen[Key]> };

export interface Layers {
	readonly flags: SettingsFlags;
	readonly env: NodeJS.ProcessEnv;
	readonly config: ConfigFile;
	readonly configPath: string;
}

export const defaultProfile = 'default';
type Key =
	| 'intervalMs'
	| 'timeoutMs'
	| 'healthIntervalMs'
	| 'framesPerSecond'
	| 'theme'
	| 'color'
	| 'ascii'
	| 'readOnly';

const defaults: Chosen = {
	profile: defaultProfile,
	intervalMs: 2000,
	timeoutMs: 5000,
	healthIntervalMs: 30_000,
	framesPerSecond: 1,
	theme: 'auto',
	color: 'auto',
	ascii: false,
	readOnly: false,
};

/**
 * Settles every setting: flag, then environment, then profile, then file, then default. Pure. Throws
 * `UserError` for a value that cannot be read, naming its flag or variable, and for a profile that
 * does not exist. An empty variable counts as not set.
 */
export function settle(layers: Layers): Choices {
	const { flags } = layers;
	const profile = chooseProfile(layers);
	const choose = chooserFor(layers, profile.value);
	return {
		profile,
		intervalMs: choose(
			'intervalMs',
			['--interval', flags.interval],
			'NODETOP_INTERVAL',
			parseDuration,
		),
		timeoutMs: choose('timeoutMs', ['--timeout', flags.timeout], 'NODETOP_TIMEOUT', parseDuration),
		healthIntervalMs: choose(
			'healthIntervalMs',
			['--health-interval', flags.healthInterval],
			'NODETOP_HEALTH_INTERVAL',
			parseHealthInterval,
		),
		framesPerSecond: choose('framesPerSecond', ['--fps', flags.fps], 'NODETOP_FPS', parseFrames),
		theme: choose('theme', ['--theme', flags.theme], 'NODETOP_THEME', parseTheme),
		color: chooseColor(layers, choose),
		ascii: chooseAscii(layers, choose),
		readOnly: choose(
			'readOnly',
			['--read-only', flags.readOnly === undefined ? undefined : String(flags.readOnly)],
			'NODETOP_READ_ONLY',
			parseSwitch,
		),
	};
}

/** The profile of that name; `undefined` when the file has none. */
export function profileOf(config: ConfigFile, name: string): Profile | undefined {
	const { profiles = {} } = config;
	return Object.hasOwn(profiles, name) ? profiles[name] : undefined;
}

/**
 * The profile's mappings, then those of the file that the profile does not replace by name: the first that
 * fits a node is used. `undefined` when there is none.
 */
export function mappingsOf(config: ConfigFile, profileName: string): MetricMappings | undefined {
	const own = profileOf(config, profileName)?.mappings;
	if (own === undefined && config.mappings === undefined) return undefined;
	return Object.freeze({ ...own, ...config.mappings, ...own });
}

function chooseProfile({ flags, env, config, configPath }: Layers): Choice<string> {
	const choice =
		given(flags.profile, 'flag', '--profile') ??
		given(env['NODETOP_PROFILE'], 'environment', 'NODETOP_PROFILE') ??
		given(config.profile, 'file', `profile in ${configPath}`) ??
		({ value: defaults.profile, origin: 'default', where: 'built in' } as const);
	if (choice.value === defaultProfile || profileOf(config, choice.value) !== undefined)
		return choice;
	throw unknownProfile(choice, config, configPath);
}

function given(
	value: string | undefined,
	origin: Origin,
	where: string,
): Choice<string> | undefined {
	return value === undefined || value === '' ? undefined : { value, origin, where };
}

/** The error for an unknown profile: it lists the profiles and the nearest name. */
export function unknownProfile(
	{ value, origin, where }: Pick<Choice<string>, 'value'> & Partial<Choice<string>>,
	config: ConfigFile,
	configPath: string,
): UserError {
	const names = Object.keys(config.profiles ?? {});
	return new UserError(
		`${where === undefined ? '' : `${where}: `}there is no profile "${clean(value, 60)}" in ${configPath}`,
		{
			nextSteps: [
				...didYouMean(value, names),
				names.length === 0
					? 'no profile is saved yet: `nodetop add URL` starts one'
					: `profiles: ${names.join(', ')}`,
			],
			exitCode: origin === 'file' ? exitCodes.config : exitCodes.usage,
		},
	);
}

type Parse<Value> = (text: string, where: string) => Value;
type Choose = <K extends Key>(
	key: K,
	flag: readonly [name: string, text: string | undefined],
	variable: string,
	parse: Parse<Chosen[K]>,
) => Choice<Chosen[K]>;

function chooserFor({ env, config, configPath }: Layers, profileName: string): Choose {
	const profile = profileOf(config, profileName);
	return (key, [flagName, flagText], variable, parse) => {
		if (flagText !== undefined) {
			return { value: parse(flagText, flagName), origin: 'flag', where: flagName };
		}
		const fromEnvironment = env[variable] ?? '';
		if (fromEnvironment !== '') {
			return { value: parse(fromEnvironment, variable), origin: 'environment', where: variable };
		}
		// The schema gives these keys the types that Settings gives them.
		const fromProfile = profile?.[key] as Chosen[typeof key] | undefined;
		if (fromProfile !== undefined) {
			const where = `profiles.${profileName}.${key} in ${configPath}`;
			return { value: fromProfile, origin: 'profile', where };
		}
		const fromFile = config[key] as Chosen[typeof key] | undefined;
		if (fromFile !== undefined) {
			return { value: fromFile, origin: 'file', where: `${key} in ${configPath}` };
		}
		return { value: defaults[key], origin: 'default', where: 'built in' };
	};
}

/** Where nobody chose, the terminal's characters decide: those of the locale, and of Linux's console. */
function chooseAscii({ flags, env }: Layers, choose: Choose): Choice<boolean> {
	const flag = flags.ascii === undefined ? undefined : String(flags.ascii);
	const chosen = choose('ascii', ['--ascii', flag], 'NODETOP_ASCII', parseSwitch);
	const named = chosen.origin === 'default' ? asciiVariable(env) : undefined;
	return named === undefined ? chosen : { value: true, origin: 'environment', where: named };
}

/**
 * Colour has variables of many programs besides its own: `NO_COLOR` with any value turns it off
 * (no-color.org), `FORCE_COLOR` and `CLICOLOR_FORCE` turn it on (force-color.org, bixense.com/clicolors).
 */
function chooseColor({ flags, env }: Layers, choose: Choose): Choice<ColorMode> {
	const isOwn = flags.color !== undefined || (env['NODETOP_COLOR'] ?? '') !== '';
	const shared = isOwn ? undefined : sharedColor(env);
	return shared ?? choose('color', ['--color', flags.color], 'NODETOP_COLOR', oneOf(colorModes));
}

function sharedColor(env: NodeJS.ProcessEnv): Choice<ColorMode> | undefined {
	const origin = 'environment';
	if ((env['NO_COLOR'] ?? '') !== '') return { value: 'never', origin, where: 'NO_COLOR' };
	const force = env['FORCE_COLOR'] ?? '';
	if (force !== '') {
		const value = force === '0' || force === 'false' ? 'never' : 'always';
		return { value, origin, where: 'FORCE_COLOR' };
	}
	const clicolor = env['CLICOLOR_FORCE'] ?? '';
	if (clicolor === '' || clicolor === '0') return undefined;
	return { value: 'always', origin, where: 'CLICOLOR_FORCE' };
}

function parseHealthInterval(text: string, where: string): number {
	const intervalMs = parseDuration(text, where);
	if (intervalMs >= minHealthIntervalMs) return intervalMs;
	throw new UserError(`${where}: ${clean(text, 40)} is too short; use 1s to 1h`);
}

function parseFrames(text: string, where: string): number {
	const frames = Number(text);
	if (/^\d+$/.test(text) && frames >= 1 && frames <= maxFramesPerSecond) return frames;
	throw new UserError(
		`${where}: "${clean(text, 40)}" is not a whole number from 1 to ${maxFramesPerSecond}`,
	);
}

function oneOf<const Value extends string>(values: readonly Value[]): Parse<Value> {
	return (text, where) => {
		const value = values.find((candidate) => candidate === text);
		if (value !== undefined) return value;
		throw new UserError(`${where}: "${clean(text, 40)}" is none of ${values.join(', ')}`, {
			nextSteps: didYouMean(text, values),
		});
	};
}

/** A theme by its name, or the path of a file that holds one. */
function parseTheme(text: string, where: string): string {
	return isTheme(text) ? text : oneOf(themeChoices)(text, where);
}

const switches: Readonly<Record<string, boolean>> = {
	1: true,
	true: true,
	yes: true,
	on: true,
	0: false,
	false: false,
	no: false,
	off: false,
};

function parseSwitch(text: string, where: string): boolean {
	const word = text.toLowerCase();
	const value = Object.hasOwn(switches, word) ? switches[word] : undefined;
	if (value !== undefined) return value;
	throw new UserError(`${where}: "${clean(text, 40)}" is neither 1 nor 0`);
}
