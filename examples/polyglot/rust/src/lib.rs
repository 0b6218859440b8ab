//! The calculator in Rust. The crate `wit-bindgen` would write `abi.rs`; here it is by hand, without any crate.

mod abi;

pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

pub enum Failure {
    DivisionByZero,
    Overflow(i64),
}

pub struct Summary {
    pub count: u32,
    pub sum: i64,
    pub mean: Option<f64>,
}

pub fn apply(left: i32, operator: Operator, right: i32) -> Result<i32, Failure> {
    let (left, right) = (i64::from(left), i64::from(right));
    let exact = match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide if right == 0 => return Err(Failure::DivisionByZero),
        Operator::Divide => left / right,
    };
    i32::try_from(exact).map_err(|_| Failure::Overflow(exact))
}

pub fn summarize(values: &[i32]) -> Summary {
    let sum = values.iter().copied().map(i64::from).sum();
    let mean = (!values.is_empty()).then(|| sum as f64 / values.len() as f64);
    Summary { count: values.len() as u32, sum, mean }
}

pub fn label(name: &str, value: i32) -> String {
    format!("{name} = {value}")
}
