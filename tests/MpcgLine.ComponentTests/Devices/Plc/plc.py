"""An independent PLC: pymodbus as the Modbus TCP server, and the PLC's program written from hardware/plc-integration.md
alone. Prints its port; then reads commands from standard input, one a line, and answers each with one line:
  ready            answers once the daemon is online and its heartbeat counts
  part ENCODER     the part sensor fires; answers with the part id
  gate             every queued part goes through the gate; answers "ID:WORD:passed ..." in order
"""
import asyncio
import logging
import sys
import time

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server.async_io import ModbusTcpServer

# Every client that leaves is an error to pymodbus.
logging.disable(logging.ERROR)

D2P, P2D = 0, 200
PASS = 0x5AA5


class Plc:
    def __init__(self):
        self.registers = ModbusSlaveContext(hr=ModbusSequentialDataBlock(0, [0] * 1000), zero_mode=True)
        self.parts = {}
        self.part_id = self.part_seq = self.last = self.session = 0
        self.heartbeat = self.changes = self.own_beat = 0
        self.changed = time.monotonic()
        self.write(P2D + 10, [77])

    def read(self, address, count):
        return self.registers.getValues(3, address, count)

    def write(self, address, values):
        self.registers.setValues(3, address, values)

    def fresh(self):
        return self.changes >= 3 and time.monotonic() - self.changed < 0.5

    def online(self):
        return self.fresh() and self.read(D2P + 2, 1)[0] & 1 == 1

    def arrive(self, encoder):
        self.part_id += 1
        self.part_seq = self.part_seq % 65528 + 1
        self.parts[self.part_id] = [encoder, 0, False]
        words = [self.part_seq, 0, self.part_id, encoder >> 16, encoder & 0xFFFF, 0, 0, self.part_seq]
        self.write(P2D + 16 + 8 * (self.part_seq % 4), words)
        self.write(P2D + 11, [self.part_seq])
        return self.part_id

    def scan(self):
        d2p = self.read(D2P, 80)
        if d2p[1] != self.heartbeat:
            self.heartbeat, self.changed = d2p[1], time.monotonic()
            self.changes += 1
        elif time.monotonic() - self.changed >= 0.5:
            self.changes = 0
        if d2p[0] == 0x0100 and d2p[9] != 0:
            self.take(d2p)
        self.own_beat = (self.own_beat + 1) & 0xFFFF
        self.write(P2D, [self.own_beat, 0b1001])

    def take(self, d2p):
        head = d2p[8]
        if d2p[9] != self.session or head == 0:
            self.session, self.last = d2p[9], 0
        while head != 0 and self.last != head:
            expected = self.last % 65528 + 1
            slot = d2p[16 + 8 * (expected % 8):][:8]
            if slot[0] != slot[7]:
                break
            part = self.parts.get((slot[2] << 16) + slot[3])
            if slot[0] == expected and part is not None and part[1] == 0:
                part[1] = slot[1]
                part[2] = slot[1] == PASS and self.online() and (slot[4] << 16) + slot[5] == part[0] + 1000
            self.last = expected
        self.write(P2D + 5, [self.last, self.session])

    def gate(self):
        decided = [f"{i}:{word}:{int(accepted and self.fresh())}" for i, (_, word, accepted) in self.parts.items()]
        self.parts.clear()
        return " ".join(decided)


async def scan_forever(plc):
    while True:
        plc.scan()
        await asyncio.sleep(0.01)


async def answer(plc, command):
    words = command.split()
    if words[0] == "part":
        return plc.arrive(int(words[1]))
    if words[0] == "gate":
        return plc.gate()
    while not plc.online():
        await asyncio.sleep(0.01)
    return "ready"


async def main():
    plc = Plc()
    server = ModbusTcpServer(ModbusServerContext(slaves=plc.registers, single=True), address=("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve_forever())
    await server.serving
    scanning = asyncio.create_task(scan_forever(plc))
    print(server.server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    while command := await loop.run_in_executor(None, sys.stdin.readline):
        print(await answer(plc, command), flush=True)
    scanning.cancel()
    serving.cancel()


asyncio.run(main())
