import {
	checkConfig,
	editConfigFile,
	knownSettings,
	maskConfig,
	readConfigFile,
} from '../../app/configuration.ts';
import { applyEdit, diffLines, parseEdit, rowsOf } from '../../config/edit-line.ts';
import type { ConfigFile } from '../../config/schema.ts';
import { UserError } from '../../domain/errors.ts';
import type { Setup, ShownConfig } from '../../domain/setup.ts';
import type { CommandContext } from '../command.ts';

export interface ConfigEditingOptions {
	readonly path: string;
	readonly clock: CommandContext['clock'];
	readonly show: (config: ShownConfig | undefined) => void;
	/** Runs work whose errors are shown in one line. */
	readonly attempt: (work: () => Promise<void>) => void;
	readonly reopen: () => void;
}

/** Reads, proposes and writes changes of the configuration file: nothing is written that was not shown before. */
export function createConfigEditing(
	options: ConfigEditingOptions,
): Pick<Setup, 'readConfig' | 'proposeConfig' | 'writeConfig' | 'dropConfig'> {
	const { path, clock, show, attempt, reopen } = options;
	const settings = knownSettings();
	let before: ConfigFile = {};
	let proposed: ConfigFile | undefined;
	const shown = (proposal?: ShownConfig['proposal']): ShownConfig => ({
		file: path,
		rows: rowsOf(maskConfig(before)).filter(({ path: own }) => own !== ''),
		settings,
		...(proposal && { proposal }),
	});
	return {
		readConfig() {
			attempt(async () => {
				proposed = undefined;
				before = (await readConfigFile(path, () => undefined)) ?? {};
				show(shown());
			});
		},
		proposeConfig(line) {
			proposed = undefined;
			try {
				const after = checkConfig(applyEdit(before, parseEdit(line)), path);
				const diff = diffLines(maskConfig(before), maskConfig(after));
				// A secret that is replaced by another one looks the same.
				proposed = after;
				show(shown({ diff: diff.length === 0 ? ['(the change is in what is masked)'] : diff }));
			} catch (error) {
				if (!(error instanceof UserError)) throw error;
				show(shown({ diff: [], problem: problemOf(error, path) }));
			}
		},
		writeConfig() {
			const after = proposed;
			if (after === undefined) return;
			attempt(async () => {
				const edit = { warn: () => undefined, now: clock.now };
				await editConfigFile(path, (now) => unchanged(now, before, after), edit);
				reopen();
			});
		},
		dropConfig() {
			proposed = undefined;
			show(shown());
		},
	};
}

/** The new configuration, unless the file changed since the difference was shown. */
function unchanged(now: ConfigFile, before: ConfigFile, after: ConfigFile): ConfigFile {
	if (JSON.stringify(now) === JSON.stringify(before)) return after;
	throw new UserError('the file was changed in the meantime: close this and open it again');
}

/** Without the name of the file, which stands above. */
function problemOf({ message, nextSteps }: UserError, path: string): string {
	const own = message.startsWith(`${path}:`) ? message.slice(path.length + 1).trim() : message;
	return [own, ...nextSteps].join('; ');
}
