"""A car's charge point by another hand: the PyPI package `ocpp` (1.6) over `websockets`.

python ocpp_charge_point.py URL IDENTITY PASSWORD MAX_W [--amperes-only]

Boots, is plugged in, starts when it is asked to, draws what its charging profiles allow (10.3 of the specification:
of the valid ones the highest stack level), at most MAX_W, and tells its meter each second. One JSON line on stdout for
each thing that happens; ends when its standard input does.
"""
import asyncio
import base64
import json
import sys
from datetime import datetime, timedelta, timezone

import websockets
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call, call_result
from ocpp.v16.enums import (
    Action,
    ChargingProfileStatus,
    ConfigurationStatus,
    RegistrationStatus,
    RemoteStartStopStatus,
    TriggerMessageStatus,
)

VOLTAGE = 230


def say(**what):
    print(json.dumps(what), flush=True)


def parse(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


class Point(ChargePoint):
    def __init__(self, identity, connection, max_w, amperes_only):
        super().__init__(identity, connection)
        self.max_w = max_w
        self.amperes_only = amperes_only
        self.profiles = {}
        self.energy_wh = 1000.0
        self.transaction = None
        self.last_w = None

    def allowed_w(self):
        now = datetime.now(timezone.utc)
        valid = []
        for profile in self.profiles.values():
            schedule = profile["charging_schedule"]
            if "valid_to" in profile and parse(profile["valid_to"]) < now:
                continue
            if "duration" in schedule and "start_schedule" in schedule:
                end = parse(schedule["start_schedule"]) + timedelta(seconds=schedule["duration"])
                if end < now:
                    continue
            valid.append(profile)
        if not valid:
            return self.max_w
        top = max(valid, key=lambda profile: profile["stack_level"])["charging_schedule"]
        limit = top["charging_schedule_period"][0]["limit"]
        watts = limit if top["charging_rate_unit"] == "W" else limit * VOLTAGE
        return 0 if watts < 6 * VOLTAGE else min(self.max_w, watts)

    @on(Action.set_charging_profile)
    def set_profile(self, connector_id, cs_charging_profiles, **_):
        unit = cs_charging_profiles["charging_schedule"]["charging_rate_unit"]
        if self.amperes_only and unit == "W":
            return call_result.SetChargingProfile(status=ChargingProfileStatus.rejected)
        self.profiles[cs_charging_profiles["charging_profile_id"]] = cs_charging_profiles
        say(event="profile", unit=unit, level=cs_charging_profiles["stack_level"], allowed_w=self.allowed_w())
        return call_result.SetChargingProfile(status=ChargingProfileStatus.accepted)

    @on(Action.change_configuration)
    def change(self, key, value):
        say(event="configured", key=key, value=value)
        return call_result.ChangeConfiguration(status=ConfigurationStatus.accepted)

    @on(Action.trigger_message)
    def trigger(self, requested_message, **_):
        return call_result.TriggerMessage(status=TriggerMessageStatus.accepted)

    @on(Action.remote_start_transaction)
    def remote_start(self, id_tag, **_):
        asyncio.create_task(self.begin(id_tag))
        return call_result.RemoteStartTransaction(status=RemoteStartStopStatus.accepted)

    async def begin(self, id_tag):
        if self.transaction is not None:
            return
        answer = await self.call(
            call.StartTransaction(
                connector_id=1,
                id_tag=id_tag,
                meter_start=int(self.energy_wh),
                timestamp=datetime.now(timezone.utc).isoformat(),
            )
        )
        self.transaction = answer.transaction_id
        say(event="started", tag=id_tag)

    async def status(self, status, connector=1):
        await self.call(call.StatusNotification(connector_id=connector, error_code="NoError", status=status))

    async def live(self):
        answer = await self.call(
            call.BootNotification(
                charge_point_vendor="Altrui",
                charge_point_model="Colonnina",
                charge_point_serial_number="CP-0042",
                firmware_version="1.2.3",
            )
        )
        assert answer.status == RegistrationStatus.accepted
        say(event="booted", interval=answer.interval)
        await self.status("Available", 0)
        await self.status("Preparing")
        before = None
        while True:
            await asyncio.sleep(0.2)
            watts = self.allowed_w() if self.transaction is not None else 0
            self.energy_wh += watts * 0.2 / 3600 * 100
            state = "Preparing" if self.transaction is None else "Charging" if watts > 0 else "SuspendedEVSE"
            if state != before:
                await self.status(state)
                before = state
            if watts != self.last_w:
                say(event="power", watts=watts)
                self.last_w = watts
            await self.call(
                call.MeterValues(
                    connector_id=1,
                    transaction_id=self.transaction,
                    meter_value=[
                        {
                            "timestamp": datetime.now(timezone.utc).isoformat(),
                            "sampledValue": [
                                {"value": f"{self.energy_wh / 1000:.4f}", "unit": "kWh"},
                                {"value": str(watts), "measurand": "Power.Active.Import", "unit": "W"},
                                {"value": "55", "measurand": "SoC", "unit": "Percent"},
                            ],
                        }
                    ],
                )
            )


async def main(url, identity, password, max_w, amperes_only):
    token = base64.b64encode(f"{identity}:{password}".encode()).decode()
    try:
        async with websockets.connect(
            f"{url}/{identity}",
            subprotocols=["ocpp1.6"],
            additional_headers={"Authorization": f"Basic {token}"},
        ) as connection:
            point = Point(identity, connection, max_w, amperes_only)
            listening = asyncio.create_task(point.start())
            living = asyncio.create_task(point.live())
            ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
            await asyncio.wait({listening, living, ended}, return_when=asyncio.FIRST_COMPLETED)
            for task in (listening, living):
                task.cancel()
    except websockets.exceptions.InvalidStatus as refused:
        say(event="refused", status=refused.response.status_code)



if __name__ == "__main__":
    arguments = [one for one in sys.argv[1:] if not one.startswith("--")]
    asyncio.run(main(arguments[0], arguments[1], arguments[2], float(arguments[3]), "--amperes-only" in sys.argv))
