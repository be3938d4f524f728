#!/usr/bin/env python3
"""Deterministic simulated Hevy API (stdlib only, loopback only).

  python3 hevy_sim.py --port 27510 --workouts 200 [--strict|--lenient] [--latency-ms 50]

Public endpoints   GET /v1/workouts /v1/workouts/count /v1/workouts/events /v1/workouts/{id}
                   GET /v1/exercise_templates /v1/routines /v1/routine_folders
                   GET /v1/body_measurements /v1/user/info
Control endpoints  GET  /__stats            request counters per path (and per status)
                   GET  /__truth            what daily_exercises must add up to
                   POST /__reset_stats
                   POST /__mutate           {"update":k,"delete":k,"add":k}  deterministic
                   POST /__fail             {"status":429,"count":3,"path":"/v1/workouts","retry_after":1}
                   POST /__evolve           {"new_field":{"mood":"happy"},"from":0,"to":10,
                                             "set_field":{"reps":"ten"}}   schema drift tests
                   POST /__latency          {"ms":50}
                   POST /__shutdown
"""
import argparse, datetime as dt, json, math, random, socket, sys, threading, time, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

UTC = dt.timezone.utc
EQUIP = ["Barbell", "Dumbbell", "Machine", "Cable", "Kettlebell", "Band", "Smith Machine", "Bodyweight", "Plate"]
MOVES = ["Bench Press", "Squat", "Deadlift", "Overhead Press", "Row", "Curl", "Triceps Extension", "Lateral Raise",
         "Leg Press", "Calf Raise", "Lunge", "Hip Thrust", "Pull Up", "Dip", "Plank", "Running", "Rowing", "Farmer's Walk",
         "Face Pull", "Shrug", "Front Raise", "Good Morning", "Crunch", "Leg Curl", "Leg Extension", "Push Up",
         "Incline Press", "Decline Press", "Reverse Fly", "Pullover", "Wrist Curl", "Step Up", "Split Squat",
         "Hack Squat", "Romanian Deadlift", "Clean", "Snatch", "Jerk", "Thruster", "Burpee", "Chin Up", "Muscle Up",
         "Hanging Leg Raise", "Russian Twist", "Ab Wheel", "Back Extension", "Glute Kickback", "Stair Climb",
         "Cycling", "Jump Rope"]
MUSCLES = ["abdominals", "shoulders", "biceps", "triceps", "forearms", "quadriceps", "hamstrings", "calves", "glutes",
           "abductors", "adductors", "lats", "upper_back", "traps", "lower_back", "chest", "cardio", "neck", "full_body", "other"]
KIND = {"Plank": "duration", "Running": "distance_duration", "Rowing": "distance_duration", "Cycling": "distance_duration",
        "Stair Climb": "floors_duration", "Jump Rope": "duration", "Farmer's Walk": "short_distance_weight",
        "Pull Up": "reps_only", "Push Up": "reps_only", "Chin Up": "reps_only", "Dip": "bodyweight_weighted",
        "Muscle Up": "reps_only", "Burpee": "reps_only", "Hanging Leg Raise": "reps_only", "Crunch": "reps_only",
        "Ab Wheel": "reps_only"}
TITLES = ["Morning Workout 💪", "Evening Session", "Push Day", "Pull Day 🔥", "Leg Day 🦵", "Upper / Lower", "Full body, quick",
          "Öl & Ärger — Übung", "腕の日", "Deload \"week\"", "5x5, day A", "Cardio 🏃‍♀️"]
DESCS = ["", "", "", "", "Felt strong today", "Line one\nline two, with a comma", "She said \"one more\" and I did",
         "tab\there; semicolon; back\\slash", "Gym closed early :(\r\nMoved to home"]
NOTES = ["", "", "", "", "", "Keep elbows in", "Slow negatives, 3s", "Grip: \"hook\"\nbelt from 100kg", "Næste gang: +2,5 kg",
         "😅 tough", "a,b,\"c\"\nd"]


def ruid(r):
    return str(uuid.UUID(int=r.getrandbits(128), version=4))


def z(t, ms=False):
    t = t.astimezone(UTC)
    return t.strftime("%Y-%m-%dT%H:%M:%S") + (".%03dZ" % (t.microsecond // 1000) if ms else "Z")


class World:
    def __init__(self, n, templates, routines, seed):
        self.lock = threading.RLock()
        self.seed = seed
        self.mut = 0
        self.clock = dt.datetime(2026, 6, 1, tzinfo=UTC)   # moves one second per mutated item
        r = random.Random(seed * 7919 + 1)
        self.templates = []
        combos = [(m, e) for e in EQUIP for m in MOVES]
        while len(combos) < templates:
            combos += [(m + " II", e) for m, e in combos]
        for i in range(templates):
            m, e = combos[i]
            custom = r.random() < 0.06
            prim = r.choice(MUSCLES)
            sec = r.sample([x for x in MUSCLES if x != prim], r.choice([0, 0, 1, 1, 2, 3]))
            self.templates.append({
                "id": ruid(r) if custom else "%08X" % r.getrandbits(32),
                "title": f"{m} ({e})" + (" – mine ✏️" if custom else ""),
                "type": KIND.get(m.replace(" II", ""), "weight_reps"),
                "primary_muscle_group": prim, "secondary_muscle_groups": sec, "is_custom": custom})
        self.folders = [{"id": 1000 + i, "index": i, "title": t, "updated_at": z(dt.datetime(2025, 1, 1 + i, 9, tzinfo=UTC), True),
                         "created_at": z(dt.datetime(2024, 1, 1 + i, 9, tzinfo=UTC), True)} for i, t in
                        enumerate(["Push/Pull/Legs", "Travel ✈️", "Old"])]
        self.routines = [self._routine(r, i) for i in range(routines)]
        self.body = [{"date": (dt.date(2026, 5, 1) - dt.timedelta(days=7 * i)).isoformat(),
                      "weight_kg": self._num(round(80 + 4 * math.sin(i / 5) + r.random(), 1)),
                      "fat_percent": None if r.random() < .5 else self._num(round(15 + r.random() * 5, 1)),
                      "waist": None, "neck_cm": None} for i in range(120)]
        self.user = {"data": {"id": ruid(r), "name": "sim user", "url": "https://hevy.com/user/sim"}}
        self.deleted = []                                    # (id, deleted_at)
        self.workouts = []                                   # newest first
        t = dt.datetime(2026, 5, 1, 18, 0, tzinfo=UTC)
        rw = random.Random(seed)
        for i in range(n):
            self.workouts.append(self._workout(rw, t))
            t -= dt.timedelta(minutes=rw.choice([431, 997, 1440, 1439, 2881, 620]), seconds=rw.randrange(60))
        self._reindex()

    @staticmethod
    def _num(v):
        return int(v) if v is not None and float(v) == int(v) else v   # JavaScript style numbers: 100, 62.5

    def _set(self, r, idx, kind, base, special):
        s = {"index": idx, "type": "normal", "weight_kg": None, "reps": None, "distance_meters": None,
             "duration_seconds": None, "rpe": None, "custom_metric": None}
        x = r.random()
        s["type"] = "warmup" if (idx == 0 and x < .35) else "failure" if x > .95 else "dropset" if x > .90 else "normal"
        if kind in ("weight_reps", "bodyweight_weighted"):
            w = base + 2.5 * r.choice([-2, -1, 0, 0, 1, 2]) * (0.5 if s["type"] == "warmup" else 1)
            w = max(0, w)
            if r.random() < .04:
                w = round(w * 2.20462) / 2.20462              # pounds users: long decimals
                w = float("%.15g" % w)
            s["weight_kg"], s["reps"] = self._num(w), r.randrange(1, 16)
            if kind == "bodyweight_weighted" and r.random() < .6:
                s["weight_kg"] = None if r.random() < .5 else 0
        elif kind == "reps_only":
            s["reps"] = r.randrange(1, 31)
        elif kind == "duration":
            s["duration_seconds"] = r.randrange(20, 181)
        elif kind == "distance_duration":
            s["distance_meters"] = self._num(r.choice([400, 1000, 2500, 5000, 5000.5, 1234.56, 10000]))
            s["duration_seconds"] = r.randrange(90, 3600)
        elif kind == "short_distance_weight":
            s["weight_kg"], s["distance_meters"] = self._num(base), r.choice([20, 40, 60])
        elif kind == "floors_duration":
            s["custom_metric"], s["duration_seconds"] = r.randrange(10, 90), r.randrange(300, 1800)
        if r.random() < .4 and s["reps"] is not None:
            s["rpe"] = self._num(r.choice([6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5, 10]))
        if special and r.random() < .01:
            s["custom_metric"] = r.choice([50, 12.5])
        return s

    def _exercises(self, r, n):
        out = []
        ss = None
        for i in range(n):
            t = r.choice(self.templates)
            if r.random() < .08 and i + 1 < n:
                ss = r.randrange(0, 3)
            base = r.choice([10, 12.5, 20, 22.5, 40, 60, 62.5, 80, 100, 120, 140])
            out.append({"index": i, "title": t["title"], "notes": r.choice(NOTES), "exercise_template_id": t["id"],
                        "supersets_id": ss, "sets": [self._set(r, j, t["type"], base, True) for j in range(r.randrange(3, 6))]})
            if ss is not None and r.random() < .6:
                ss = None
        return out

    def _routine(self, r, i):
        ex = self._exercises(r, r.randrange(3, 7))
        for e in ex:
            e["rest_seconds"] = r.choice([60, 90, 120, 0])
            for s in e["sets"]:
                s.pop("custom_metric"); s.pop("rpe")
                s["rep_range"] = {"start": 8, "end": 12} if r.random() < .3 else None
                s["rpe"] = None; s["custom_metric"] = None
        t = dt.datetime(2025, 3, 1, tzinfo=UTC) + dt.timedelta(hours=31 * i, milliseconds=r.randrange(1000))
        return {"id": ruid(r), "title": f"Routine {i+1} {r.choice(TITLES)}", "folder_id": r.choice([None, 1000, 1001]),
                "updated_at": z(t + dt.timedelta(days=3), True), "created_at": z(t, True), "exercises": ex}

    def _workout(self, r, start):
        end = start + dt.timedelta(minutes=r.randrange(25, 110), seconds=r.randrange(60))
        created = end + dt.timedelta(milliseconds=r.randrange(500, 60000))
        upd = created + (dt.timedelta(hours=r.randrange(1, 400), milliseconds=r.randrange(1000)) if r.random() < .2
                         else dt.timedelta(0))
        return {"id": ruid(r), "title": r.choice(TITLES),
                "routine_id": r.choice(self.routines)["id"] if self.routines and r.random() < .5 else None,
                "description": r.choice(DESCS), "start_time": z(start), "end_time": z(end),
                "updated_at": z(upd, True), "created_at": z(created, True),
                "exercises": self._exercises(r, r.randrange(4, 9))}

    # ---- indexes -------------------------------------------------------
    @staticmethod
    def _ser(o):
        return json.dumps(o, ensure_ascii=False, separators=(",", ":")).encode()

    def _reindex(self):
        self.blobs = {"workouts": [self._ser(w) for w in self.workouts],
                      "exercise_templates": [self._ser(x) for x in self.templates],
                      "routines": [self._ser(x) for x in self.routines],
                      "routine_folders": [self._ser(x) for x in self.folders],
                      "body_measurements": [self._ser(x) for x in self.body]}
        self.by_id = {w["id"]: b for w, b in zip(self.workouts, self.blobs["workouts"])}
        ev = [(w["updated_at"], b'{"type":"updated","workout":' + b + b"}") for w, b in zip(self.workouts, self.blobs["workouts"])]
        ev += [(d, self._ser({"type": "deleted", "id": i, "deleted_at": d})) for i, d in self.deleted]
        ev.sort(key=lambda e: e[0], reverse=True)              # newest first
        self.events = ev

    def _tick(self):
        self.clock += dt.timedelta(seconds=1)
        return z(self.clock, True)

    def mutate(self, update=0, delete=0, add=0):
        with self.lock:
            self.mut += 1
            r = random.Random(self.seed * 104729 + self.mut)
            out = {"updated": [], "deleted": [], "added": []}
            ids = r.sample(range(len(self.workouts)), min(len(self.workouts), update + delete))
            for i in ids[:update]:
                w = self.workouts[i]
                w["title"] = w["title"] + f" (edit {self.mut})"
                for e in w["exercises"]:
                    for s in e["sets"]:
                        if s["reps"] is not None:
                            s["reps"] += 1
                if len(w["exercises"]) > 4:
                    w["exercises"].pop()                       # an edit that removes an exercise
                w["updated_at"] = self._tick()
                out["updated"].append(w["id"])
            dele = sorted(ids[update:], reverse=True)
            for i in dele:
                w = self.workouts.pop(i)
                self.deleted.append((w["id"], self._tick()))
                out["deleted"].append(w["id"])
            for _ in range(add):
                t = dt.datetime.strptime(self._tick()[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
                w = self._workout(r, t - dt.timedelta(hours=2))
                w["updated_at"] = w["created_at"] = z(self.clock, True)
                self.workouts.insert(0, w)
                out["added"].append(w["id"])
            self._reindex()
            out["clock"] = z(self.clock, True)
            out["workouts"] = len(self.workouts)
            return out

    def truth(self):
        with self.lock:
            performed = [s for w in self.workouts for e in w["exercises"] for s in e["sets"]
                         if s["weight_kg"] is not None or s["reps"] is not None]
            return {"rows": len(performed), "reps": sum(s["reps"] or 0 for s in performed)}

    def evolve(self, d):
        with self.lock:
            a, b = d.get("from", 0), d.get("to", len(self.workouts))
            for w in self.workouts[a:b]:
                w.update(d.get("new_field", {}))
                for e in w["exercises"]:
                    e.update(d.get("exercise_field", {}))
                    for s in e["sets"]:
                        s.update(d.get("set_field", {}))
            self._reindex()
            return {"ok": True}


class H(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "hevy-sim"

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, *a):
        if self.server.opt.verbose:
            sys.stderr.write("%s %s\n" % (self.command, a))

    def _send(self, code, body, extra=None):
        if not isinstance(body, bytes):
            body = json.dumps(body, ensure_ascii=False).encode()
        head = ("HTTP/1.1 %d %s\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n"
                % (code, {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests",
                          500: "Internal Server Error", 503: "Service Unavailable"}.get(code, "X"), len(body)))
        for k, v in (extra or {}).items():
            head += f"{k}: {v}\r\n"
        self.wfile.write(head.encode() + b"\r\n" + body)
        s = self.server
        with s.slock:
            k = self.path_only
            s.stats.setdefault(k, {"total": 0})
            s.stats[k]["total"] += 1
            s.stats[k][str(code)] = s.stats[k].get(str(code), 0) + 1
            s.sent += len(body)

    def do_POST(self):
        u = urlsplit(self.path); self.path_only = u.path
        n = int(self.headers.get("Content-Length") or 0)
        d = json.loads(self.rfile.read(n) or b"{}")
        s = self.server
        if u.path == "/__mutate":
            return self._send(200, s.world.mutate(**{k: int(d.get(k, 0)) for k in ("update", "delete", "add")}))
        if u.path == "/__fail":
            s.fails.append(dict(d)); return self._send(200, {"ok": True})
        if u.path == "/__evolve":
            return self._send(200, s.world.evolve(d))
        if u.path == "/__latency":
            s.opt.latency_ms = float(d["ms"]); return self._send(200, {"ok": True})
        if u.path == "/__reset_stats":
            s.stats.clear(); s.sent = 0; return self._send(200, {"ok": True})
        if u.path == "/__shutdown":
            self._send(200, {"ok": True}); threading.Thread(target=s.shutdown).start(); return
        self._send(404, {"error": "Not found"})

    def do_GET(self):
        s = self.server; w = s.world; o = s.opt
        u = urlsplit(self.path); self.path_only = u.path
        if u.path == "/__stats":
            with s.slock:
                b = json.dumps({"paths": s.stats, "bytes": s.sent}).encode()
            return self._send(200, b)
        if u.path == "/__truth":
            return self._send(200, w.truth())
        if o.latency_ms:
            time.sleep(o.latency_ms / 1000)
        key = self.headers.get("api-key")
        if o.api_key and key != o.api_key:
            return self._send(401, {"error": "Invalid api key" if key else "Missing api key"})
        if o.limit and not s.allow(o.limit, o.limit_seconds):
            return self._send(429, {"error": "Too many requests"})
        for f in s.fails:
            if f.get("count", 0) > 0 and u.path == f.get("path", u.path) and (not f.get("page") or f"page={f['page']}&" in u.query + "&"):
                f["count"] -= 1
                return self._send(f.get("status", 500), {"error": "injected"},
                                  {"Retry-After": f["retry_after"]} if "retry_after" in f else None)
        q = parse_qs(u.query)

        def paged(name, cap, blobs):
            try:
                page, size = int(q.get("page", ["1"])[0]), int(q.get("pageSize", ["5"])[0])
            except ValueError:
                return self._send(400, {"error": "Invalid page or pageSize"})
            if page < 1 or size < 1 or (o.strict and size > cap):
                return self._send(400, {"error": f"Invalid pageSize: must be between 1 and {cap}" if page >= 1 else "Invalid page"})
            pc = -(-len(blobs) // size)
            if page > max(pc, 1):
                return self._send(404, {"error": "Page not found"})
            return self._send(200, b'{"page":%d,"page_count":%d,"%s":[' % (page, pc, name.encode())
                              + b",".join(blobs[(page - 1) * size:page * size]) + b"]}")
        p = u.path
        if p == "/v1/workouts":
            return paged("workouts", o.max_page_size_workouts, w.blobs["workouts"])
        if p == "/v1/workouts/count":
            return self._send(200, {"workout_count": len(w.workouts)})
        if p == "/v1/workouts/events":
            since = q.get("since", ["1970-01-01T00:00:00Z"])[0]
            try:
                st = z(dt.datetime.fromisoformat(since.replace("Z", "+00:00").replace(" ", "+")), True)
            except ValueError:
                return self._send(400, {"error": "Invalid since"})
            return paged("events", o.max_page_size_workouts, [b for t, b in w.events if t >= st])
        if p == "/v1/exercise_templates":
            return paged("exercise_templates", o.max_page_size_templates, w.blobs["exercise_templates"])
        if p == "/v1/routines":
            return paged("routines", o.max_page_size_routines, w.blobs["routines"])
        if p == "/v1/routine_folders":
            return paged("routine_folders", 10, w.blobs["routine_folders"])
        if p == "/v1/body_measurements":
            return paged("body_measurements", 10, w.blobs["body_measurements"])
        if p == "/v1/user/info":
            return self._send(200, w.user)
        if p.startswith("/v1/workouts/") and p[13:] in w.by_id:
            return self._send(200, w.by_id[p[13:]])
        self._send(404, {"error": "Not found"})


class Srv(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def allow(self, requests, seconds):
        """Whether another request fits into what is allowed in any span of so many seconds."""
        with self.slock:
            now = time.monotonic()
            self.answered = [t for t in self.answered if now - t < seconds]
            if len(self.answered) >= requests:
                return False
            self.answered.append(now)
            return True


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--port", type=int, default=27510)
    a.add_argument("--workouts", type=int, default=200)
    a.add_argument("--templates", type=int, default=450)
    a.add_argument("--routines", type=int, default=30)
    a.add_argument("--seed", type=int, default=42)
    a.add_argument("--max-page-size-workouts", type=int, default=10)
    a.add_argument("--max-page-size-templates", type=int, default=100)
    a.add_argument("--max-page-size-routines", type=int, default=10)
    a.add_argument("--latency-ms", type=float, default=0)
    a.add_argument("--limit", type=int, default=0, help="requests answered in --limit-seconds, the others get 429; 0: all")
    a.add_argument("--limit-seconds", type=float, default=20)
    g = a.add_mutually_exclusive_group()
    g.add_argument("--strict", action="store_true", default=True)
    g.add_argument("--lenient", dest="strict", action="store_false")
    a.add_argument("--api-key", default="sim-key")
    a.add_argument("--verbose", action="store_true")
    o = a.parse_args()
    t0 = time.time()
    world = World(o.workouts, o.templates, o.routines, o.seed)     # before listening, so an open port means ready
    s = Srv(("127.0.0.1", o.port), H)
    s.opt, s.world, s.stats, s.sent, s.fails, s.slock, s.answered = o, world, {}, 0, [], threading.Lock(), []
    print(f"hevy-sim on 127.0.0.1:{o.port} workouts={o.workouts} strict={o.strict} ready in {time.time()-t0:.2f}s", flush=True)
    s.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    main()
