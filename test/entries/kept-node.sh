#!/bin/sh
# A node that costs next to nothing, for tests that kill it hundreds of times: kept-node.sh DIRECTORY. It writes down
# that it has the directory, and whether another one that lives had it: that is what must never be. Then it becomes a
# process that waits.
hold="$1/running"
if read -r other 2>/dev/null < "$hold" && [ "$other" != "$$" ] && read -r status 2>/dev/null < "/proc/$other/stat"; then
	case $status in
	*') Z '* | *') X '*) ;;
	*) if grep -qaF "$1" "/proc/$other/cmdline" 2>/dev/null; then echo "$other $$" >> "$hold.twice"; fi ;;
	esac
fi
echo "$$" > "$hold"
echo ready
exec tail -f "$hold"
