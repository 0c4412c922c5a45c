/** Whether the page shown was reached by a step inside the app (then its title takes the focus) or by loading. */
import { createSignal } from "solid-js";

const [arrived, setArrived] = createSignal(false);

export { arrived, setArrived };
