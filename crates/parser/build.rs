//! Generates the orchestra parser from its grammar.
fn main() {
    println!("cargo:rerun-if-changed=src/orc/grammar.lalrpop");
    let result = lalrpop::Configuration::new().set_in_dir("src").process();
    if let Err(error) = result {
        panic!("src/orc/grammar.lalrpop: {error}");
    }
}
