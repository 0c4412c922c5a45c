/** Coming back without any key: a button, and behind it the form of a plea, which brings what it needs with it. */
import { createSignal, Show, Suspense } from "solid-js";
import { part } from "../../part.ts";
import { Button } from "../../parts/button.tsx";
import { Bones } from "../../parts/states.tsx";
import { t } from "../../strings/dictionary.ts";

const PleaForm = part(async () => ({ default: (await import("./plea-form.tsx")).PleaForm }));

export function LostKeys() {
  const [open, setOpen] = createSignal(false);
  return (
    <Show
      when={open()}
      fallback={
        <p class="sub">
          <Button quiet small onClick={() => setOpen(true)}>
            {t("enter.lost")}
          </Button>
        </p>
      }
    >
      <Suspense fallback={<Bones heights={[200]} />}>
        <PleaForm />
      </Suspense>
    </Show>
  );
}
