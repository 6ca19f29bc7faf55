/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that does nothing: what starting one costs. */
int main(void)
{
	return 0;
}
