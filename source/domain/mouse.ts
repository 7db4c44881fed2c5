/** A press of the left button, or a turn of the wheel; where, in cells from the upper left corner, from 0. */
export interface MouseEvent {
	readonly button: 'left' | 'wheelUp' | 'wheelDown';
	readonly column: number;
	readonly row: number;
}

/** Calls the listener for each event until the returned function is called. */
export type MouseSource = (listener: (event: MouseEvent) => void) => () => void;
