/* SPDX-License-Identifier: MIT */
/* One field of a screen as a widget over the model's member. */
#ifndef FIELD_H
#define FIELD_H

#include "edit.h"
#include "screen.h"

/* How a field is edited: typed, switched, picked from a list, or a secret. */
enum widget { WIDGET_TEXT, WIDGET_SWITCH, WIDGET_OPTION, WIDGET_LIST, WIDGET_SECRET };

struct field_editor {
	const struct field *field;	/* in focus, or NULL */
	void *model;
	struct edit edit;		/* WIDGET_TEXT */
	struct secretbox box;		/* WIDGET_SECRET */
};

enum widget field_widget(const struct field *f);
/* Whether letters typed on it are its text (so that ? and d are no keys there). */
bool	field_takes_text(const struct field *f);
/* Whether Enter opens a list of values. */
bool	field_has_list(const struct field *f);

/* Begin and end editing; what was typed is in the model at any moment. */
void	field_open(struct field_editor *ed, const struct field *f, void *model);
void	field_close(struct field_editor *ed);
/* Read the model's value again (after something was picked). */
void	field_reload(struct field_editor *ed);
/* True when the input was the field's; *changed when the value is another one. */
bool	field_act(struct field_editor *ed, const struct input *in, bool *changed);
/* The value as it stands, whether valid or not, judged; false and e when it is not. */
bool	field_judge(const struct field_editor *ed, const struct field *f, void *model,
	    struct err *e);
/* Draw the value at (y, x); ed is the form's editor, in use when the field has the focus. */
void	field_draw(const struct field_editor *ed, const struct field *f, void *model, int y, int x,
	    int cols, bool focused);
/* The option in force, or NULL. */
const struct field_option *field_chosen(const struct field *f, const void *model);
bool	field_is_empty(const struct field *f, const void *model);

#endif
