"""The `questionpro` connector: surveys, questions, responses and answers through QuestionPro's API v2.

client.py makes one call (key, retries, pace, quota), paging.py walks the pages, timestamps.py reads the service's
times, responses.py reduces a response to what may be kept, reading.py downloads a set of responses once, connector.py
gives tables of rows. State: per survey the moment up to which its responses were read. Secret: the API key, from the
environment variable that api_key_env names, read by open().
"""
