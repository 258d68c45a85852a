#ifndef DRAWBRIDGE_CLIBYAML_SHIM_H
#define DRAWBRIDGE_CLIBYAML_SHIM_H
#include <yaml.h>
#endif
