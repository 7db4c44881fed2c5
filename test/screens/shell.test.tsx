import { afterEach, describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { screens } from '../../screens/registry.ts';
import { noActions } from '../../screens/services.ts';
import type { Actions, WhyAbsent } from '../../screens/services.ts';
import { Shell } from '../../screens/shell/shell.tsx';
import type { PathProbe } from '../../source/diagnosis/case.ts';
import { createGroupAnalysis } from '../../source/analysis/groups.ts';
import { PollError } from '../../source/domain/errors.ts';
import { noSetup, noSetupState } from '../../source/domain/setup.ts';
import type { Setup, SetupState } from '../../source/domain/setup.ts';
import { createStore } from '../../source/domain/store.ts';
import type { Reading } from '../../source/sections/snapshot.ts';
import { createFleet } from '../../source/fleet/fleet.ts';
import type { Fleet } from '../../source/fleet/fleet.ts';
import { createMoments } from '../../source/fleet/moments.ts';
import { createFrameGate } from '../../source/frames/frame-gate.ts';
import { createJudge } from '../../source/health/judge.ts';
import { targetFor } from '../helpers/targets.ts';
import { renderInTty } from '../helpers/tty.ts';
import type { TestTty } from '../helpers/tty.ts';

const waiting = { timeout: 40_000, interval: 10 };
const cleanups: (() => void)[] = [];

afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

const evmReading: Reading = {
	latencyMs: 12,
	identity: { client: 'Geth', version: '1.16.4', chainId: 1 },
	consensus: { status: 'active', height: 18_234_123, finalityLag: 64 },
	chain: {
		head: { number: 18_234_123, hash: '0x9a1fd4e56740f876aef8', at: new Date().toISOString() },
	},
	network: { peers: 3, peerList: [{ id: 'p1', direction: 'inbound', latencyMs: 4 }] },
};

const qudagReading: Reading = {
	latencyMs: 3,
	identity: { client: 'qudag', version: '0.4.1', networkId: 'testnet' },
	consensus: { status: 'active', round: 77, finalized: 500, pending: 2, averageFinalityMs: 840 },
	dag: {
		vertices: 502,
		tips: 2,
		growthPerSecond: 1.5,
		recent: [
			{ id: 'a', parents: [], layer: 0, finalized: true },
			{ id: 'b', parents: ['a'], layer: 1 },
		],
	},
	network: { peers: 3, messages: [{ type: 'vertex', sent: 1, received: 2, dropped: 0 }] },
	resources: { source: 'node', cpuRatio: 0.125, memoryResidentBytes: 268_435_456 },
};

function fleetOf(readings: Readonly<Record<string, Reading | PollError>>): Fleet {
	const fleet = createFleet(createJudge());
	for (const [name, reading] of Object.entries(readings)) {
		const isEvm = reading instanceof PollError || reading.chain !== undefined;
		const target = targetFor(`http://127.0.0.1/${name}`, { name, kind: isEvm ? 'evm' : 'qudag' });
		fleet.add(target);
		fleet.apply({
			target,
			atMs: Date.now(),
			missedSlots: 0,
			outcome:
				reading instanceof PollError
					? { status: 'failed', error: reading }
					: { status: 'read', reading },
		});
	}
	return fleet;
}

const noDagOfChains: WhyAbsent = (kind, section) =>
	kind === 'evm' && section === 'dag' ? 'a chain has no DAG' : undefined;

function show(
	fleet: Fleet,
	size: readonly [number, number] = [120, 40],
	hint?: string,
	actions: Partial<Actions> = {},
	setup?: Setup,
) {
	const gate = createFrameGate(createMoments(fleet), { framesPerSecond: 50 });
	const calls: string[] = [];
	const tty: TestTty = renderInTty(
		<Shell
			frames={gate}
			controls={{
				setIntervalMs: (intervalMs) => calls.push(`interval ${intervalMs}`),
				setPaused: gate.setPaused,
				copy: (text) => calls.push(`copy ${text}`),
				suspend: () => calls.push('suspend'),
				quit: () => calls.push('quit'),
			}}
			screens={screens}
			look={createLook({ theme: 'dark', isAscii: false, colorDepth: 8 })}
			profile="default"
			intervalMs={1000}
			actions={{ ...noActions, pollNow: () => calls.push('pollNow'), ...actions }}
			whyAbsent={noDagOfChains}
			hint={hint}
			{...(setup && { setup })}
		/>,
		...size,
	);
	cleanups.push(() => {
		tty.unmount();
		gate.stop();
	});
	return { tty, calls };
}

const mixed = {
	alpha: evmReading,
	beta: qudagReading,
	gamma: new PollError('unreachable', 'connection refused', { nextStep: 'start the node' }),
};

async function expectText(tty: TestTty, pattern: RegExp): Promise<void> {
	await expect.poll(() => tty.text(), waiting).toMatch(pattern);
}

/** In the order of the configuration, where nothing else is selected first. */
async function asConfigured(tty: TestTty): Promise<void> {
	await expectText(tty, /worst first/);
	tty.press('s');
	await expectText(tty, /as configured/);
}

describe('the shell', () => {
	it('tells the fleet first: counts, then every node with glyph and word', async () => {
		const { tty } = show(fleetOf(mixed));
		await expectText(tty, /▸ ✖ down +gamma .* unreachable/);
		expect(tty.lines()[2]).toMatch(/^ ✖ gamma down \d s: .*connection refused/);
		expect(tty.text()).toMatch(/● up +alpha +evm +18,234,123/);
		expect(tty.lines()[0]).toMatch(/nodetop {2}● 2 up {2}✖ 1 down .* every 1 s .* UTC/);
		expect(tty.text()).toMatch(/● up +beta +qudag +r77/);
		expect(tty.lines()[1]).toContain('6 Alerts ✖1');
	});

	it.each([
		[80, 24],
		[120, 40],
		[200, 60],
		[60, 16],
	] as const)('fills %i×%i on every screen, the footer on the last line', async (columns, rows) => {
		const { tty } = show(fleetOf(mixed), [columns, rows]);
		for (const key of ['1', '2', '3', '4', '5', '6', 'n', '1', '2', '3', '4', '5']) {
			tty.press(key);
			await expect.poll(() => tty.lines().at(-1), waiting).toMatch(/^ q quit {2}\? help/);
			expect(tty.lines()[0]).toMatch(/^ nodetop/);
			expect(tty.lines()).toHaveLength(rows);
		}
	});

	it('says why a kind has no such section', async () => {
		const { tty } = show(fleetOf(mixed));
		await asConfigured(tty);
		tty.press('3');
		await expectText(
			tty,
			/─ alpha: DAG ─[^]*a chain has no DAG\s+reported by beta; n is the next node/,
		);
		tty.press('5');
		await expectText(tty, /─ alpha: resources ─[^]*this evm node does not report what it uses/);
	});

	it('leaves out of the comparison what no node of the network tells', async () => {
		const { tty } = show(fleetOf(mixed), [120, 40]);
		await asConfigured(tty);
		tty.press('2');
		await expectText(tty, /SAME NETWORK +HEALTH +HEIGHT +LAST +HEAD HASH *$/m);
		tty.press('n');
		await expectText(tty, /SAME NETWORK +HEALTH +ROUND +FINALIZED +PENDING *$/m);
	});

	it('shows the trouble of the selected node with what to do', async () => {
		const { tty } = show(fleetOf(mixed));
		await expectText(tty, /─ Trouble ─[^]*✖ unreachable: connection refused[^]*→ start the node/);
	});

	it('lists alerts, and Enter goes to the node', async () => {
		const { tty } = show(fleetOf(mixed));
		tty.press('6');
		await expectText(tty, /✖ critical +gamma +poll/);
		tty.press('\r');
		await expectText(tty, /▸ ✖ down +gamma/);
	});

	it('opens and closes the node and the help; Esc never quits', async () => {
		const { tty, calls } = show(fleetOf(mixed));
		await asConfigured(tty);
		tty.press('\r');
		await expectText(tty, /─ alpha ─.*Esc closes/);
		tty.press('\u001B');
		await expectText(tty, /─ Nodes ─/);
		tty.press('?');
		await expectText(tty, /─ Help: Overview ─/);
		tty.press('\u001B');
		await expectText(tty, /─ Nodes ─/);
		tty.press('\u001B');
		tty.press('q');
		await expect.poll(() => calls, waiting).toEqual(['quit']);
	});

	it('draws how an opened node moves, where there is room beside its facts', async () => {
		const { tty } = show(fleetOf(mixed), [120, 40]);
		await asConfigured(tty);
		tty.press('\r');
		await expectText(tty, /─ alpha ─.*Esc closes ─ +─ Finality lag ─[^]*─ Poll latency ─/);
		tty.resize(80, 24);
		await expectText(tty, /─ alpha ─+ ● up {2}Esc closes ─$/m);
	});

	it('has no kind for a node that never answered', async () => {
		const fleet = createFleet(createJudge());
		fleet.add(targetFor('http://127.0.0.1:1', { name: 'new' }));
		const { tty } = show(fleet);
		await expectText(tty, /\? waiting +new +— +—/);
	});

	it('explains the selected node with the path that it measures once', async () => {
		const refused: PathProbe = {
			target: 'gamma',
			host: '127.0.0.1',
			isLoopback: true,
			connects: [{ error: 'ECONNREFUSED' }],
			replies: [],
		};
		const measured: string[] = [];
		const { tty } = show(fleetOf(mixed), [120, 40], undefined, {
			measurePath: (name) => {
				measured.push(name);
				return Promise.resolve(refused);
			},
		});
		await expectText(tty, /▸ ✖ down +gamma/);
		tty.press('X');
		await expectText(
			tty,
			/─ Why: gamma ─[^]*process does not run[^]*Where +the node[^]*Because[^]*Next/,
		);
		tty.press('\u001B');
		await expectText(tty, /─ Nodes ─/);
		expect(measured).toEqual(['gamma']);
	});

	it('says what is wrong before it knows why', async () => {
		const never = new Promise<PathProbe>(() => undefined);
		const { tty } = show(fleetOf(mixed), [120, 40], undefined, { measurePath: () => never });
		await expectText(tty, /▸ ✖ down +gamma/);
		tty.press('X');
		await expectText(tty, /─ Why: gamma ─.*measuring the path[^]*✖ unreachable[^]*→ /);
	});

	it('does what is typed after a colon: the first that has all the words', async () => {
		const { tty, calls } = show(fleetOf(mixed));
		tty.press(':');
		await expectText(tty, /─ What to do ─[^]*↑ ↓ choose/);
		tty.press('screen prev');
		await expectText(tty, /▸ ← +Previous screen/);
		tty.press('\r');
		await expectText(tty, /─ Numbers ─/);
		tty.press(':');
		await expectText(tty, /─ What to do ─/);
		tty.press('node gamma');
		await expectText(tty, /▸ node +Go to node gamma/);
		tty.press('\r');
		await expectText(tty, /─ gamma: \d{4}-/);
		tty.press('1');
		await expectText(tty, /▸ ✖ down +gamma/);
		tty.press('y');
		await expect.poll(() => calls, waiting).toEqual(['copy http://127.0.0.1/gamma']);
		tty.press(':');
		await expectText(tty, /─ What to do ─/);
		tty.press('no such thing');
		await expectText(tty, /nothing is called so/);
		tty.press('\u001B');
		await expectText(tty, /─ Nodes ─/);
	});

	it('shows in the footer the keys of the screen, and of what lies over it', async () => {
		const { tty } = show(fleetOf(mixed), [80, 24]);
		const footer = () => tty.lines().at(-1);
		await expect.poll(footer, waiting).toMatch(/Enter open {2}X why .* s sort/);
		tty.press('4');
		await expect
			.poll(footer, waiting)
			.toMatch(/Enter open {2}P ping {2}B bandwidth {2}T trace {2}C connect {2}Tab page/);
		tty.press('2');
		await expect.poll(footer, waiting).not.toMatch(/ping|sort/);
		tty.press('\r');
		await expect.poll(footer, waiting).toMatch(/^ Esc back {2}n node {2}X why/);
		tty.press('P');
		await expect.poll(footer, waiting).toMatch(/^ Esc back {2}P ping {2}B bandwidth/);
	});

	it('tells every key in whole sentences; the arrows scroll what does not fit', async () => {
		const { tty } = show(fleetOf(mixed), [80, 24]);
		tty.press('?');
		await expectText(tty, /─ Help: Overview ─.*1–19 of \d+ ─/);
		const seen = new Set<string>(tty.lines());
		tty.press('G');
		await expectText(tty, /q Ctrl-C +Quit/);
		for (const line of tty.lines()) seen.add(line);
		expect([...seen].join('\n')).not.toContain('…');
		tty.press('g');
		await expectText(tty, /1 +Overview: all nodes, and details of the selected one/);
		tty.resize(200, 60);
		await expectText(tty, /─ Help: Overview ─+ Esc closes ─/);
		expect(tty.text()).toMatch(/1 +Overview: all nodes[^]*q Ctrl-C +Quit/);
	});

	it('goes through the panels with Tab, and maximises the one that has the focus with e', async () => {
		const { tty } = show(fleetOf(mixed));
		await asConfigured(tty);
		tty.press('n2');
		await expectText(tty, /─ beta: consensus/);
		tty.press('\t');
		await expectText(tty, /^▸ beta: consensus ─/m);
		tty.press('\t\t');
		await expectText(tty, /^▸ Side by side ─/m);
		tty.press('e');
		await expect.poll(() => tty.lines()[3], waiting).toMatch(/^▸ Side by side ─/);
		expect(tty.text()).not.toMatch(/beta: consensus/);
		tty.press('\t');
		await expect.poll(() => tty.lines()[3], waiting).toMatch(/^▸ beta: consensus ─/);
		tty.press('\u001B');
		await expectText(tty, /─ beta: consensus ─[^]*─ Side by side ─/);
		expect(tty.text()).not.toMatch(/^▸ beta: /m);
		tty.press('7e');
		await expect.poll(() => tty.lines().at(-1), waiting).toMatch(/this screen is one panel/);
	});

	it('moves the cursor of maximised charts with the arrows, and names its time and value', async () => {
		const { tty } = show(fleetOf(mixed));
		tty.press('2e\t');
		await expect.poll(() => tty.lines()[3], waiting).toMatch(/^▸ /);
		tty.press('h');
		await expectText(tty, / at \d\d:\d\d:\d\d UTC ─/);
		tty.press('ll');
		await expect.poll(() => tty.text(), waiting).not.toMatch(/ at \d\d:\d\d:\d\d UTC ─/);
		expect(tty.lines()[1]).toContain('2 Consensus');
	});

	it('begins where no node is configured: A finds nodes, and Enter adds the chosen one', async () => {
		const state = createStore<SetupState>({ ...noSetupState });
		const asked: string[] = [];
		const setup: Setup = {
			...noSetup,
			state,
			canConfigure: true,
			search: () => asked.push('search'),
			addNode: ({ name }) => asked.push(name),
			dismiss: () => undefined,
		};
		const { tty } = show(fleetOf({ alpha: evmReading }), [120, 40], 'no node', {}, setup);
		await expectText(tty, /─ Begin here ─[^]*no node is configured; 1 answers[^]* A {2}find nodes/);
		tty.press('A');
		await expectText(tty, /─ Add a node of this machine ─/);
		const found = ['one', 'two'].map((name) => ({
			name,
			kind: 'evm',
			url: `http://127.0.0.1/${name}`,
			what: 'Geth',
		}));
		state.update((each) => ({ ...each, found }));
		await expectText(tty, /▸ one +http:\/\/127.0.0.1\/one +Geth/);
		tty.press('jj');
		await expectText(tty, /▸ two/);
		tty.press('\r');
		expect(asked).toEqual(['search', 'two']);
		state.update((each) => ({ ...each, notice: { tone: 'warn', text: 'the disk is full' } }));
		await expect.poll(() => tty.lines().at(-1), waiting).toMatch(/the disk is full/);
	});

	it('edits the configuration: a value, its difference, and only then writes', async () => {
		const rows = [
			{ path: 'theme', value: 'dark' },
			{ path: 'intervalMs', value: '500' },
		];
		const state = createStore<SetupState>({
			...noSetupState,
			config: { file: '/c.json', rows, settings: [] },
		});
		const asked: string[] = [];
		const setup: Setup = {
			...noSetup,
			state,
			canConfigure: true,
			readConfig: () => asked.push('read'),
			proposeConfig: (line) => {
				asked.push(line);
				const problem = line.endsWith('5') ? 'expected 100 or more' : undefined;
				const proposal = { diff: ['- 500', '+ 50000'], problem };
				state.update((each) => ({
					...each,
					config: { file: '/c.json', rows, settings: [], proposal },
				}));
			},
			dropConfig: () => asked.push('drop'),
			writeConfig: () => asked.push('write'),
		};
		const { tty } = show(fleetOf(mixed), [120, 40], undefined, {}, setup);
		tty.press('E');
		await expectText(tty, /─ \/c\.json ─[^]*▸ theme +dark/);
		tty.press('j\r');
		await expect.poll(() => tty.lines().at(-1), waiting).toMatch(/intervalMs = 500▏/);
		tty.press('\u007F\u007F');
		await expect.poll(() => tty.lines().at(-1), waiting).toMatch(/intervalMs = 5▏/);
		tty.press('\r');
		await expectText(tty, /not written yet[^]*expected 100 or more/);
		tty.press('\r');
		await expect.poll(() => tty.lines().at(-1), waiting).toMatch(/intervalMs = 5▏/);
		tty.press('0000\r');
		await expectText(tty, /- 500[^]*\+ 50000/);
		expect(asked.at(-1)).toBe('intervalMs = 50000');
		tty.press('\r');
		expect(asked.at(-1)).toBe('write');
	});

	it('goes to profiles and themes by name', async () => {
		const asked: string[] = [];
		const setup: Setup = {
			...noSetup,
			profiles: ['main', 'test'],
			themes: ['dark', 'light'],
			switchProfile: (name) => asked.push(name),
			setTheme: (name) => asked.push(name),
		};
		const { tty } = show(fleetOf(mixed), [120, 40], undefined, {}, setup);
		for (const [typed, title] of [
			['prof test', /▸ profile +Use profile test/],
			['theme li', /▸ theme +Use theme light/],
		] as const) {
			tty.press(':');
			await expectText(tty, /─ What to do ─/);
			tty.press(typed);
			await expectText(tty, title);
			tty.press('\r');
			await expectText(tty, /─ Nodes ─/);
		}
		expect(asked).toEqual(['test', 'light']);
	});

	it('goes through the palette with the arrows, and remembers what was chosen', async () => {
		const { tty } = show(fleetOf(mixed));
		tty.press(':');
		await expectText(tty, /▸ 1 +Overview/);
		tty.press('\u001B[B');
		tty.press('\u001B[B');
		await expectText(tty, /▸ 3 +DAG/);
		tty.press('\u001B[A');
		await expectText(tty, /▸ 2 +Consensus/);
		tty.press('\r');
		await expectText(tty, /: consensus ─/);
		tty.press(':');
		await expectText(tty, /chosen before[^]*▸ 2 +· Consensus/);
	});

	it('filters while typing, where q and ? are letters', async () => {
		const { tty, calls } = show(fleetOf(mixed));
		tty.press('/');
		await expectText(tty, /filter: /);
		tty.press('qudag');
		await expectText(tty, /1 \(of 3, filtered\)/);
		expect(tty.text()).toMatch(/filter: qudag/);
		tty.press('\u001B');
		await expectText(tty, /worst first {2}3 ─/);
		expect(calls).toEqual([]);
	});

	it('takes a pasted filter with its Enter, and keeps the footer in its place', async () => {
		const { tty } = show(fleetOf(mixed));
		tty.press('/');
		await expectText(tty, /filter: /);
		tty.press('nothing matches\r');
		await expectText(tty, /0 \(of 3, filtered\)/);
		await expect.poll(() => tty.lines().at(-1), waiting).toMatch(/^ q quit/);
	});

	it('polls now, changes the interval and pauses', async () => {
		const { tty, calls } = show(fleetOf(mixed));
		tty.press('\u0012');
		tty.press('+');
		await expect.poll(() => calls, waiting).toEqual(['pollNow', 'interval 500']);
		tty.press('p');
		await expect.poll(() => tty.lines()[0], waiting).toMatch(/PAUSED/);
		tty.press(' ');
		await expect.poll(() => tty.lines()[0], waiting).not.toMatch(/PAUSED/);
	});

	it('draws only the visible of a thousand nodes, and keeps the selected one in sight', async () => {
		const many = Object.fromEntries(
			Array.from({ length: 1000 }, (_, index) => [`node-${index}`, qudagReading]),
		);
		const { tty } = show(fleetOf(many), [80, 24]);
		await expectText(tty, /1–\d+ of 1000/);
		tty.press('G');
		await expectText(tty, /▸ ● up +node-999/);
		tty.press('k');
		await expectText(tty, /▸ ● up +node-998/);
	});

	it('shows what the nodes of a network show together, at every size', async () => {
		const at = new Date().toISOString();
		const block = (number: number, branch: string) => ({
			number,
			hash: `0x${branch}${number}`,
			at,
		});
		const onBranch = (branch: string): Reading => ({
			...evmReading,
			chain: {
				head: block(9, branch),
				recent: [block(6, 'a'), block(7, branch), block(8, branch), block(9, branch)],
			},
		});
		const fleet = fleetOf({ one: onBranch('a'), two: onBranch('b') });
		const nodes = fleet.getSnapshot().nodes.map(({ snapshot }) => snapshot);
		const nowMs = Date.now();
		fleet.compare({ groups: createGroupAnalysis().evaluate(nodes, nowMs), nowMs });
		const { tty } = show(fleet, [80, 24]);
		await expectText(
			tty,
			/─ Groups ─[^]*✖ forked +evm:1 +\d+ s 2 chains since block 6: one \| two/,
		);
		expect(tty.lines()).toHaveLength(24);
		tty.resize(120, 40);
		await expectText(tty, /one at 9 0xa9; two at 9 0xb9/);
		await expectText(tty, /follows another chain/);
	});

	it.each([
		['in one piece', [':th']],
		['before the palette is drawn', [':', 't', 'h']],
	])('what is typed %s goes into the palette', async (_what, pieces) => {
		const { tty } = show(fleetOf(mixed), [80, 24]);
		await expectText(tty, /─ Nodes ─/);
		for (const piece of pieces) tty.press(piece);
		await expectText(tty, /\n *: th/);
	});

	it('says what to do when there is nothing to watch', async () => {
		const { tty } = show(createFleet(createJudge()), [80, 24], 'add one with `nodetop add URL`');
		await expectText(tty, /add one with `nodetop add URL`/);
		tty.press('3');
		await expectText(
			tty,
			/─ DAG ─[^]*no node is watched yet: A finds nodes on this machine and adds one/,
		);
	});

	it.each([
		[40, 10, /● 2 up\s+✖ 1 down\s+gamma down[^]*✖ down gamma  \S[^\n]*\n● up/],
		[50, 12, /● 2 up\s+✖ 1 down\s+gamma down[^]*✖ down gamma  \S[^\n]*\n● up/],
		[30, 5, /● 2 up\s+✖ 1 down\s/],
		[12, 3, /● 2 up\s+✖ 1 down\s/],
	] as const)(
		'shows counts and the worst node at %i×%i, and comes back',
		async (columns, rows, shown) => {
			const { tty } = show(fleetOf(mixed), [columns, rows]);
			await expectText(tty, shown);
			expect(tty.lines().every((line) => line.length <= columns)).toBe(true);
			expect(tty.lines().length).toBeLessThanOrEqual(rows);
			tty.resize(80, 24);
			await expectText(tty, /─ Nodes ─/);
		},
	);

	it('lets no foreign control through, even one that slipped past the adapter', async () => {
		const hostile: Reading = {
			...evmReading,
			identity: { client: 'a\u001B[2J\u001B]0;x\u0007b', version: '1' },
		};
		const { tty } = show(fleetOf({ evil: hostile }), [200, 60]);
		await expectText(tty, /ab 1/);
		expect(tty.text()).toMatch(/─ Nodes ─/);
	});
});
