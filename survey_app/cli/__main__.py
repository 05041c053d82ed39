"""``python -m survey_app.cli``."""

from survey_app.cli import main

if __name__ == "__main__":
    main()
