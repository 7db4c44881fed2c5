"""Relays IP packets between two network namespaces, late, lossy or slow as told.

Usage: tun-link.py NAMESPACE_A NAMESPACE_B DELAY_MS JITTER_MS LOSS_RATIO BITS_PER_SECOND
The figures hold from B to A except loss, which holds from A to B; 0 bits per second is no limit.
Stands in for `tc netem` where the kernel lacks it. Prints "ready" when both ends exist. A line of four
figures on standard input replaces them.
"""
import ctypes
import fcntl
import heapq
import os
import select
import struct
import sys
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
QUEUE_SECONDS = 0.2
# Steps of the golden ratio spread evenly: a few hundred packets already lose the wanted share. First packets
# of connections have steps of their own, for it is their loss that a ping sees.
GOLDEN = 0.6180339887498949


def open_tun(namespace):
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/run/netns/{namespace}") as handle:
        if libc.setns(handle.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", b"link0", IFF_TUN | IFF_NO_PI))
    return device


def is_first_of_connection(packet):
    start = (packet[0] & 15) * 4
    return packet[9] == 6 and packet[start + 13] & 0x12 == 0x02


def main():
    near, far = open_tun(sys.argv[1]), open_tun(sys.argv[2])
    delay, jitter, loss, rate = (float(word) for word in sys.argv[3:7])
    print("ready", flush=True)
    waiting = []
    lost = {True: 0.0, False: 0.0}
    late = 0.0
    free_at = last_due = 0.0
    order = 0
    while True:
        wait = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        ready, _, _ = select.select([near, far, sys.stdin], [], [], wait)
        now = time.monotonic()
        for source in ready:
            if source == sys.stdin:
                delay, jitter, loss, rate = (float(word) for word in sys.stdin.readline().split())
                # What is on its way holds nothing up that comes by a shorter one.
                last_due = now
                continue
            packet = os.read(source, 65536)
            due = now
            if source == near:
                first = is_first_of_connection(packet)
                lost[first] = (lost[first] + GOLDEN) % 1
                if lost[first] < loss:
                    continue
            else:
                if rate > 0:
                    if free_at - now > QUEUE_SECONDS:
                        continue
                    free_at = max(free_at, now) + len(packet) * 8 / rate
                    due = free_at
                late = (late + GOLDEN) % 1
                due += (delay + (2 * late - 1) * jitter) / 1000
                due = last_due = max(due, last_due)
            order += 1
            heapq.heappush(waiting, (due, order, far if source == near else near, packet))
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, sink, packet = heapq.heappop(waiting)
            try:
                os.write(sink, packet)
            except OSError:
                # The other end is not up yet.
                pass


main()
