import { createContext, useContext } from 'react';
import type { ReactNode } from 'react';

const IsFocused = createContext(false);

/** Marks the headings of the panels in it while it has the focus. */
export function Region({
	isFocused,
	children,
}: {
	readonly isFocused: boolean;
	readonly children: ReactNode;
}): ReactNode {
	return <IsFocused.Provider value={isFocused}>{children}</IsFocused.Provider>;
}

/** Whether the region that a panel is in has the focus. */
export function useIsFocused(): boolean {
	return useContext(IsFocused);
}
