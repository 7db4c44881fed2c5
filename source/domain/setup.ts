import { createStore } from './store.ts';
import type { ReadableStore } from './store.ts';

/** A node that answers on this machine, and is not configured. */
export interface FoundNode {
	readonly name: string;
	readonly kind: string;
	readonly url: string;
	/** What it is, such as `Geth 1.16.4, chain 1`. */
	readonly what: string;
}

/** The values of the configuration file, and a change that was proposed. */
export interface ShownConfig {
	readonly file: string;
	readonly rows: readonly { readonly path: string; readonly value: string }[];
	/** What the file may hold, by path, and what each setting does. */
	readonly settings: readonly { readonly path: string; readonly what: string }[];
	/** What a line would change, or why it cannot be. */
	readonly proposal?: { readonly diff: readonly string[]; readonly problem?: string | undefined };
}

export interface SetupState {
	/** Nodes are looked for on this machine. */
	readonly isSearching: boolean;
	/** What the last search found; absent before the first. */
	readonly found: readonly FoundNode[] | undefined;
	/** The configuration file, as it was read last; absent before. Secrets are masked. */
	readonly config: ShownConfig | undefined;
	/** What came of the last request, until it is dismissed. */
	readonly notice: { readonly tone: 'good' | 'warn'; readonly text: string } | undefined;
}

/** What a person can change of the program itself from the screen. Nothing here throws or waits: what came of it shows. */
export interface Setup {
	readonly state: ReadableStore<SetupState>;
	/** Whether the screen belongs to a configuration that can be changed from it. */
	readonly canConfigure: boolean;
	/** Looks for nodes on this machine again. */
	readonly search: () => void;
	/** Adds a node to the profile, and watches it from then on. */
	readonly addNode: (node: FoundNode) => void;
	/** Reads the configuration file. */
	readonly readConfig: () => void;
	/** Checks what a line, `PATH = VALUE`, would change, and shows the difference; writes nothing. */
	readonly proposeConfig: (line: string) => void;
	/** Writes the proposal, and begins the screen anew with it. */
	readonly writeConfig: () => void;
	/** Gives the proposal up. */
	readonly dropConfig: () => void;
	/** The profiles of the configuration file. */
	readonly profiles: readonly string[];
	/** Shows another profile. */
	readonly switchProfile: (name: string) => void;
	/** Themes that can be chosen. */
	readonly themes: readonly string[];
	readonly setTheme: (name: string) => void;
	/** The notice was read. */
	readonly dismiss: () => void;
}

export const noSetupState: SetupState = {
	isSearching: false,
	found: undefined,
	config: undefined,
	notice: undefined,
};

/** Of a screen that belongs to no profile. */
export const noSetup: Setup = {
	state: createStore(noSetupState),
	canConfigure: false,
	search: () => undefined,
	addNode: () => undefined,
	readConfig: () => undefined,
	proposeConfig: () => undefined,
	writeConfig: () => undefined,
	dropConfig: () => undefined,
	profiles: [],
	switchProfile: () => undefined,
	themes: [],
	setTheme: () => undefined,
	dismiss: () => undefined,
};
