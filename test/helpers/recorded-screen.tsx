import { createLook } from '../../components/look.ts';
import { screens } from '../../screens/registry.ts';
import { noActions } from '../../screens/services.ts';
import { Shell } from '../../screens/shell/shell.tsx';
import { createPast } from '../../source/app/past.ts';
import { createRecorder } from '../../source/app/recorder.ts';
import { createTimeTravel } from '../../source/app/time-travel.ts';
import { createFrameGate } from '../../source/frames/frame-gate.ts';
import { renderFrames } from './frames.ts';
import type { Frames } from './frames.ts';
import { openMemoryHistory } from './memory-history.ts';
import type { MemoryHistory } from './memory-history.ts';
import { createRichFleet } from './rich-fleet.ts';
import { createTestClock } from './test-clock.ts';

export const recordedFromMs = Date.UTC(2026, 0, 2, 3, 4, 5);

export interface RecordedScreen extends Frames {
	readonly client: MemoryHistory;
	readonly close: () => void;
}

/** A live screen of a fleet that was recorded, one poll a second, from `recordedFromMs` on. */
export async function openRecordedScreen(
	{ seconds = 60, columns = 100, rows = 30 } = {},
	framePaths: readonly string[] = [],
): Promise<RecordedScreen> {
	const clock = createTestClock(recordedFromMs);
	const rich = createRichFleet(clock);
	const client = await openMemoryHistory(clock.now, framePaths);
	const monitor = { moment: rich.moments.getSnapshot, on: () => () => undefined };
	const recorder = createRecorder({ monitor, client, clock });
	for (let second = 0; second < seconds; second += 1) {
		rich.goOn(1);
		await new Promise((resolve) => setImmediate(resolve));
	}
	await recorder.stop();
	const travel = createTimeTravel({
		present: rich.moments,
		isLive: true,
		ask: () => client.ask,
		clock,
	});
	const gate = createFrameGate(travel.moments, { framesPerSecond: 4, clock });
	const stopFollowing = travel.state.subscribe(gate.showNow);
	const frames = renderFrames(
		<Shell
			frames={gate}
			controls={{
				setIntervalMs: () => undefined,
				setPaused: gate.setPaused,
				copy: () => undefined,
				suspend: () => undefined,
				quit: () => undefined,
			}}
			actions={noActions}
			screens={screens}
			look={createLook({ theme: 'dark', isAscii: false, colorDepth: 8 })}
			profile="default"
			intervalMs={1000}
			whyAbsent={() => undefined}
			travel={travel}
			past={createPast(() => client.ask)}
			hint={undefined}
		/>,
		columns,
		rows,
	);
	return {
		...frames,
		client,
		close() {
			stopFollowing();
			frames.unmount();
			gate.stop();
		},
	};
}
