/** From here on figures take one column, and charts two. */
export const threeColumnsWidth = 180;
const threeColumnsSide = 64;

/** Cells of the figures beside the charts: a share of the screen, but where it is wide no more than they need. */
export function sideWidth(width: number, share: number): number {
	return width >= threeColumnsWidth ? threeColumnsSide : Math.floor(width * share);
}
