#pragma once

namespace starling::app {

/// From now on SIGINT and SIGTERM ask for a stop at the next convenient point; a second one ends the program.
void install_interrupt_handler();

/// True once a stop has been asked for.
bool interrupted();

}  // namespace starling::app
