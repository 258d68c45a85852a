#ifndef DRAWBRIDGE_CLIBXML2_SHIM_H
#define DRAWBRIDGE_CLIBXML2_SHIM_H
#include <libxml/xmlversion.h>
/* Distributions build libxml2 with ICU, whose headers clash with the ICU inside Foundation wherever both are imported. Only the end of
   struct _xmlCharEncodingHandler depends on it, which nothing here makes or reads. */
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#endif
