import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** What decides where files are. Injected, so that tests need no home. */
export interface Surroundings {
	readonly env: NodeJS.ProcessEnv;
	/** The user's own when absent. */
	readonly homeDir?: string | undefined;
	/** As `process.platform`. */
	readonly platform?: NodeJS.Platform | undefined;
}

export interface ConfigPath {
	readonly path: string;
	readonly namedBy: '--config' | 'NODETOP_CONFIG' | 'default';
}

/**
 * Which file holds the configuration: `--config`, else `NODETOP_CONFIG`, else `nodetop/config.json`
 * in `XDG_CONFIG_HOME` or `~/.config` (macOS: `~/Library/Preferences`; Windows:
 * `%APPDATA%\nodetop\Config`, as env-paths 4 has them). Touches no disk. A relative
 * `XDG_CONFIG_HOME` is ignored, as the XDG Base Directory Specification 0.8 wants.
 */
export function findConfigPath(
	named: string | undefined,
	{ env, homeDir = homedir(), platform = process.platform }: Surroundings,
): ConfigPath {
	if (named !== undefined)
		return { path: resolve(expandHome(named, homeDir)), namedBy: '--config' };
	const fromEnvironment = env['NODETOP_CONFIG'] ?? '';
	if (fromEnvironment !== '') {
		return { path: resolve(expandHome(fromEnvironment, homeDir)), namedBy: 'NODETOP_CONFIG' };
	}
	return { path: join(configDirectory(env, homeDir, platform), 'config.json'), namedBy: 'default' };
}

/**
 * Where state that outlives a run is kept: `nodetop` in `XDG_STATE_HOME` or `~/.local/state` (macOS:
 * `~/Library/Application Support/nodetop`; Windows: `%LOCALAPPDATA%\\nodetop\\State`). Touches no disk.
 */
export function stateDirectory({
	env,
	homeDir = homedir(),
	platform = process.platform,
}: Surroundings): string {
	const xdg = env['XDG_STATE_HOME'] ?? '';
	if (isAbsolute(xdg)) return join(xdg, 'nodetop');
	if (platform === 'darwin') return join(homeDir, 'Library', 'Application Support', 'nodetop');
	if (platform === 'win32') {
		const local = env['LOCALAPPDATA'] ?? '';
		return join(local === '' ? join(homeDir, 'AppData', 'Local') : local, 'nodetop', 'State');
	}
	return join(homeDir, '.local', 'state', 'nodetop');
}

/**
 * Where a profile's alerts are kept: their state, what channels were sent, and the actions that wait.
 * Touches no disk. The profile's name must have passed the schema: it is one part of a path.
 */
export function alertDirectory(profile: string, surroundings: Surroundings): string {
	return join(stateDirectory(surroundings), 'alerts', profile);
}

/** Where a profile's history is kept. Touches no disk. */
export function historyDirectory(profile: string, surroundings: Surroundings): string {
	return join(stateDirectory(surroundings), 'history', profile);
}

function configDirectory(
	env: NodeJS.ProcessEnv,
	homeDir: string,
	platform: NodeJS.Platform,
): string {
	const xdg = env['XDG_CONFIG_HOME'] ?? '';
	if (isAbsolute(xdg)) return join(xdg, 'nodetop');
	if (platform === 'darwin') return join(homeDir, 'Library', 'Preferences', 'nodetop');
	if (platform === 'win32') {
		const appData = env['APPDATA'] ?? '';
		return join(
			appData === '' ? join(homeDir, 'AppData', 'Roaming') : appData,
			'nodetop',
			'Config',
		);
	}
	return join(homeDir, '.config', 'nodetop');
}

/** `~/x` where no shell did it: inside a configuration value. */
export function expandHome(path: string, homeDir: string = homedir()): string {
	return path === '~' || path.startsWith('~/') ? join(homeDir, path.slice(1)) : path;
}
