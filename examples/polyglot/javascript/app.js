// The calculator in JavaScript: an exported interface is an exported object.
// In this engine, QuickJS, 64-bit integers are numbers too, so they are exact up to 2^53.

export const operations = {
  apply(left, operator, right) {
    const exact = calculate(left, operator, right);
    if (!Object.is(exact | 0, exact + 0)) {
      throw { tag: "overflow", val: exact };
    }
    return exact;
  },

  summarize(values) {
    const count = values.length;
    const sum = values.reduce((sum, value) => sum + value, 0);
    return { count, sum, mean: count > 0 ? sum / count : null };
  },

  label(name, value) {
    return `${name} = ${value}`;
  },
};

function calculate(left, operator, right) {
  switch (operator) {
    case "add":
      return left + right;
    case "subtract":
      return left - right;
    case "multiply":
      return left * right;
    case "divide":
      if (right === 0) {
        throw { tag: "division-by-zero" };
      }
      return Math.trunc(left / right);
  }
}
