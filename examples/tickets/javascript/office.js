// The office in JavaScript: an imported resource is a class.

import { Machine } from "demo:tickets/machines@0.1.0";

export const desk = {
  queue(names) {
    const machine = new Machine(1);
    return names.map((name) => `${machine.draw()}: ${name}`);
  },
};
