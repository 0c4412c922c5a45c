"""A register image served over Modbus TCP by another hand: the PyPI package `pymodbus`.

python modbus_image.py < CONFIG.json

CONFIG: {"unit": 1, "first": 40000, "hex": "…", "adopt": {"request": A, "result": A, "curves": A, "words": N, "takes": true}}
Serves holding registers from `first` on. With `adopt`, a curve of SunSpec models 705 and 706: when the request is
written, the requested curve becomes the first one and the result completed (1), or failed (2) where `takes` is false.
Prints {"port": N} once it listens, and one line for each write. Ends when its standard input does.
"""
import asyncio
import json
import sys

from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
from pymodbus.server import ModbusTcpServer


def say(**what):
    print(json.dumps(what), flush=True)


class Device(ModbusDeviceContext):
    adopt = None

    def setValues(self, func_code, address, values):
        super().setValues(func_code, address, values)
        if func_code not in (6, 16):
            return
        say(written=address, values=list(values))
        adopt = self.adopt
        if adopt is None or not address <= adopt["request"] < address + len(values):
            return
        words, first = adopt["words"], adopt["curves"]
        if adopt["takes"]:
            wanted = values[adopt["request"] - address] - 1
            curve = list(super().getValues(3, first + wanted * words, words))
            curve[adopt["readOnly"]] = 1
            super().setValues(3, first, curve)
        super().setValues(3, adopt["result"], [1 if adopt["takes"] else 2])


async def main():
    config = json.loads(sys.stdin.readline())
    device = Device(hr=ModbusSequentialDataBlock(0, [0] * 65536))
    data = bytes.fromhex(config["hex"])
    values = [int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data), 2)]
    device.setValues(3, config["first"], values)
    device.adopt = config.get("adopt")
    context = ModbusServerContext(devices={config["unit"]: device}, single=False)
    server = ModbusTcpServer(context=context, address=("127.0.0.1", config["port"]))
    task = asyncio.create_task(server.serve_forever())
    loop = asyncio.get_running_loop()
    await asyncio.sleep(0.2)
    say(port=config["port"])
    await loop.run_in_executor(None, sys.stdin.read)
    await server.shutdown()
    task.cancel()


asyncio.run(main())
