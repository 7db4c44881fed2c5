import { createLook } from '../../components/look.ts';
import { screens } from '../../screens/registry.ts';
import { noActions } from '../../screens/services.ts';
import { Shell } from '../../screens/shell/shell.tsx';
import { initialView } from '../../screens/view-state.ts';
import { createStore } from '../../source/domain/store.ts';
import { createFrameGate } from '../../source/frames/frame-gate.ts';
import type { Past } from '../../source/history/past.ts';
import { screenNames } from '../../source/keys/screen-names.ts';
import type { ScreenName } from '../../source/keys/screen-names.ts';
import type { Moment } from '../../source/sections/moment.ts';
import { renderFrames } from './frames.ts';

const columns = 120;
const rows = 40;

/** Every screen of a moment as a terminal of 120×40 gets it, byte for byte. */
export async function drawScreens(
	moment: Moment,
	past: Past,
): Promise<ReadonlyMap<ScreenName, string>> {
	const drawn = new Map<ScreenName, string>();
	for (const screen of screenNames) drawn.set(screen, await drawScreen(screen, moment, past));
	return drawn;
}

async function drawScreen(screen: ScreenName, moment: Moment, past: Past): Promise<string> {
	const source = { getSnapshot: () => moment, subscribe: () => () => undefined };
	const gate = createFrameGate(source, { framesPerSecond: 4 });
	const frames = renderFrames(
		<Shell
			frames={gate}
			controls={{
				setIntervalMs: () => undefined,
				setPaused: () => undefined,
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
			views={createStore({ ...initialView, screen })}
			past={past}
			hint={undefined}
		/>,
		columns,
		rows,
	);
	try {
		while (frames.plain() === '' || frames.plain().includes('reading the history…')) {
			await new Promise((resolve) => setTimeout(resolve, 2));
		}
		return frames.last();
	} finally {
		frames.unmount();
		gate.stop();
	}
}
