import { editConfigFile, loadSettings, readConfigFile } from '../../app/configuration.ts';
import { findLocalNodes } from '../../app/local-nodes.ts';
import { findConfigPath } from '../../config/paths.ts';
import { addNode } from '../../config/profiles.ts';
import type { Settings, SettingsFlags } from '../../config/settings.ts';
import { clean } from '../../domain/clean.ts';
import { UserError } from '../../domain/errors.ts';
import type { FoundNode, Setup, SetupState } from '../../domain/setup.ts';
import { noSetupState } from '../../domain/setup.ts';
import { createStore } from '../../domain/store.ts';
import type { CommandContext } from '../command.ts';
import { createConfigEditing } from './config-editing.ts';

export interface ScreenSetupOptions {
	readonly context: Pick<CommandContext, 'env' | 'clock' | 'signal'>;
	readonly settings: Settings;
	readonly flags: SettingsFlags;
	/** Ends this run of the screen, and begins another one with this profile. */
	readonly reopen: (profile: string) => void;
	readonly reportBug: (error: unknown) => void;
}

/** What the screen decides itself: how it looks. */
export type ScreenSetup = Omit<Setup, 'themes' | 'setTheme'>;

/** Nodes and profiles as the configuration file has them. */
export async function createScreenSetup(options: ScreenSetupOptions): Promise<ScreenSetup> {
	const { context, settings, flags, reopen } = options;
	const { path } = findConfigPath(flags.config, context);
	const config = await readConfigFile(path, () => undefined);
	const state = createStore<SetupState>(noSetupState);
	const change = (part: Partial<SetupState>): void => {
		state.update((each) => ({ ...each, ...part }));
	};
	/** One thing at a time; what goes wrong is said in one line. */
	const attempt = (work: () => Promise<void>): void => {
		work().catch((error: unknown) => {
			change({ isSearching: false, notice: { tone: 'warn', text: problemOf(error) } });
			if (!(error instanceof UserError)) options.reportBug(error);
		});
	};
	const reopenSame = (): void => {
		reopen(settings.profile);
	};
	const show = (shown: SetupState['config']): void => {
		change({ config: shown });
	};
	const editing = { path, clock: context.clock, show, attempt, reopen: reopenSame };
	return {
		...createConfigEditing(editing),
		state,
		canConfigure: true,
		profiles: Object.keys(config?.profiles ?? {}),
		search() {
			if (state.getSnapshot().isSearching) return;
			change({ isSearching: true, notice: undefined });
			attempt(async () => {
				change({ found: await findNodes(settings, context), isSearching: false });
			});
		},
		addNode(node) {
			attempt(async () => {
				await writeNode(node, path, settings.profile, context);
				reopen(settings.profile);
			});
		},
		switchProfile(profile) {
			attempt(async () => {
				// A profile that cannot be used must not end the screen of the one that can.
				await loadSettings({
					flags: { ...flags, profile },
					nodeSpecs: [],
					env: context.env,
					warn: () => undefined,
				});
				reopen(profile);
			});
		},
		dismiss() {
			change({ notice: undefined });
		},
	};
}

async function findNodes(
	settings: Settings,
	context: ScreenSetupOptions['context'],
): Promise<FoundNode[]> {
	const configured = new Set(settings.targets.map(({ url }) => url));
	const nodes = await findLocalNodes(settings, context);
	return nodes
		.filter(({ target }) => !configured.has(target.url))
		.map(({ target: { name, kind = 'node', url }, what }) => ({ name, kind, url, what }));
}

async function writeNode(
	{ name, kind, url }: FoundNode,
	path: string,
	profile: string,
	{ clock }: Pick<CommandContext, 'clock'>,
): Promise<void> {
	const edit = { warn: () => undefined, now: clock.now };
	await editConfigFile(path, (before) => addNode(before, profile, { name, kind, url }), edit);
}

function problemOf(error: unknown): string {
	return clean(error instanceof Error ? error.message : String(error), 200);
}
